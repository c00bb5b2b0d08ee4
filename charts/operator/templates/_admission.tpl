{{/* Conditions that exempt some clients from a policy. */}}
{{- define "admission.isNotBreakingGlass" -}}
- name: is-not-breaking-glass
  expression: "!('{{ .Values.admission.breakGlassGroup }}' in request.userInfo.?groups.orValue([]))"
{{- end }}

{{- define "admission.isNotTheOperator" -}}
- name: is-not-the-operator
  expression: request.userInfo.username != '{{ include "operator.user" . }}'
{{- end }}

{{- define "admission.emergency" -}}
in an emergency act as a member of {{ .Values.admission.breakGlassGroup }} (kubectl --as=<your name> --as-group=system:masters --as-group={{ .Values.admission.breakGlassGroup }})
{{- end }}

{{/* The permitted writes by account, as JSON for CEL: the values' controllers, and cert-manager if it is used. */}}
{{- define "admission.controllers" -}}
{{- $controllers := deepCopy .Values.admission.controllers -}}
{{- if eq .Values.config.certificates.mode "cert-manager" -}}
{{- $controllers = merge $controllers .Values.admission.certManager -}}
{{- end -}}
{{- toJson $controllers -}}
{{- end }}

{{/*
The variables `what`, the resource as kubectl names it (deployments.apps/status), and `isListed`, whether the values
permit the client this operation. Every listed client may write Events.
*/}}
{{- define "admission.variables" -}}
- name: what
  expression: >-
    request.resource.resource + (request.resource.group == '' ? '' : '.' + request.resource.group)
    + (request.?subResource.orValue('') == '' ? '' : '/' + request.?subResource.orValue(''))
- name: user
  expression: request.userInfo.username
- name: ofController
  expression: >-
    {{ include "admission.controllers" . }}[?variables.user].orValue([])
- name: ofNode
  expression: >-
    variables.user.startsWith('system:node:') && 'system:nodes' in request.userInfo.?groups.orValue([])
    ? {{ toJson .Values.admission.nodes }} : []
- name: ofGateway
  expression: >-
    variables.user.startsWith('system:serviceaccount:{{ .Values.config.gateway.namespace }}:')
    ? {{ toJson .Values.admission.gateways }} : []
- name: own
  expression: variables.ofController + variables.ofNode + variables.ofGateway
- name: isListed
  expression: >-
    (variables.own + {{ toJson .Values.admission.everybody }}).exists(rule,
    rule in [variables.what, request.operation + ' ' + variables.what, request.operation + ' *'])
    || (variables.own != [] && variables.what in ['events', 'events.events.k8s.io'])
{{- end }}

{{/* Advice in place of a refused write, by the name of the resource. */}}
{{- define "admission.advice" -}}
{{- $look := "it reaches the passwords and customers of the tenant; read kubectl logs and kubectl describe tenant" -}}
{{- $scale := "write replicas, image or resources into spec.runtime of the Tenant or into its TenantPlan, or use kubectl scale tenant; to restart, write the annotation dotmac.io/restart-pods of the Tenant" -}}
{{- $route := "write the host into spec.hosts of the Tenant" -}}
{{- $size := "change the TenantPlan" -}}
{{- $elsewhere := "run your own pods in a namespace of your own" -}}
{{- dict
  "pods" $elsewhere "jobs.batch" $elsewhere "cronjobs.batch" $elsewhere "statefulsets.apps" $elsewhere "daemonsets.apps" $elsewhere
  "pods/exec" $look "pods/attach" $look "pods/portforward" $look "pods/proxy" $look "services/proxy" $look
  "pods/ephemeralcontainers" $look "serviceaccounts/token" "its owner could act as the tenant; make a token of an account of your own"
  "deployments.apps" $scale "deployments.apps/scale" $scale "replicasets.apps" $scale "replicasets.apps/scale" $scale
  "ingresses.networking.k8s.io" $route "httproutes.gateway.networking.k8s.io" $route "services" $route
  "horizontalpodautoscalers.autoscaling" $scale
  "networkpolicies.networking.k8s.io" "write the allowed targets into spec.egress of the Tenant"
  "resourcequotas" $size "limitranges" $size
  "secrets" "replace credentials by the annotation dotmac.io/rotate-credentials of the Tenant"
  "roles.rbac.authorization.k8s.io" "bind the ClusterRole dotmac-tenant-viewer for the whole cluster"
  "rolebindings.rbac.authorization.k8s.io" "bind the ClusterRole dotmac-tenant-viewer for the whole cluster"
| toJson -}}
{{- end }}

{{/* Routes outside tenants' namespaces, of every kind whose hosts the policies can read. */}}
{{- define "admission.routesElsewhere" -}}
namespaceSelector:
  matchExpressions:
    - { key: dotmac.io/tenant, operator: DoesNotExist }
resourceRules:
  - apiGroups: [networking.k8s.io]
    apiVersions: ["*"]
    operations: [CREATE, UPDATE]
    resources: [ingresses]
  - apiGroups: [gateway.networking.k8s.io, gateway.networking.x-k8s.io]
    apiVersions: ["*"]
    operations: [CREATE, UPDATE]
    resources: [httproutes, grpcroutes, tlsroutes, listenersets, xlistenersets]
  # Skipper's kinds beside Ingresses.
  - apiGroups: [zalando.org]
    apiVersions: ["*"]
    operations: [CREATE, UPDATE]
    resources: [routegroups]
{{- end }}

{{/* Permits changes outside of spec and annotations, so that a route from before the policy can be deleted. */}}
{{- define "admission.isANewRoute" -}}
oldObject == null || object.spec != oldObject.spec || object.metadata.?annotations != oldObject.metadata.?annotations
{{- end }}

{{/* All hosts of a route, in lower case and without a final dot; '' for a rule without a host. */}}
{{- define "admission.routeHosts" -}}
- name: named
  expression: >-
    (object.spec.?tls.orValue([]).map(tls, tls.?hosts.orValue([]).join(','))
    + {{ toJson .Values.admission.hostAnnotations }}.map(key, object.metadata.?annotations[?key].orValue('')))
    .join(',').split(',').map(host, host.trim()).filter(host, host != '')
- name: hosts
  expression: >-
    (object.spec.?rules.orValue([]).filter(rule, request.resource.resource == 'ingresses').map(rule, rule.?host.orValue(''))
    + object.spec.?hostnames.orValue([])
    + object.spec.?hosts.orValue([])
    + object.spec.?listeners.orValue([]).map(listener, listener.?hostname.orValue(''))
    + variables.named)
    .map(host, host.lowerAscii()).map(host, host.endsWith('.') ? host.substring(0, host.size() - 1) : host)
{{- end }}
