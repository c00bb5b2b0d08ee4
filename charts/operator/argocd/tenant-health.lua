-- Health of a Tenant for Argo CD: key resource.customizations.health.dotmac.io_Tenant of argocd-cm.
local status = obj.status
if status == nil or status.conditions == nil then
  return { status = "Progressing", message = "The operator has not seen this Tenant yet" }
end
if status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "The operator has not seen the last change yet" }
end

local conditions = {}
for _, condition in ipairs(status.conditions) do
  conditions[condition.type] = condition
end

local stalled, ready = conditions["Stalled"], conditions["Ready"]
if stalled ~= nil and stalled.status == "True" then
  return { status = "Degraded", message = stalled.reason .. ": " .. stalled.message }
end
if ready == nil then
  return { status = "Progressing", message = "The operator has not judged this Tenant yet" }
end
if ready.reason == "Suspended" or ready.reason == "Paused" then
  return { status = "Suspended", message = ready.message }
end
if ready.status == "True" then
  return { status = "Healthy", message = ready.message }
end
return { status = "Progressing", message = ready.reason .. ": " .. ready.message }
