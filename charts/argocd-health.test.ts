import { beforeAll, expect, it } from "vitest";
import { healthOf, lua } from "./test/tenant-health.ts";

// Installs Lua if it is missing.
beforeAll(lua, 300_000);

const condition = (type: string, status: string, reason: string) => ({
  type,
  status,
  reason,
  message: "because",
});
const tenant = (...conditions: object[]) => ({
  metadata: { generation: 2 },
  status: { observedGeneration: 2, conditions },
});

it.each([
  ["Progressing", "the operator has not seen", { metadata: { generation: 1 } }],
  [
    "Progressing",
    "has a change that the operator has not seen",
    { ...tenant(condition("Ready", "True", "Reconciled")), metadata: { generation: 3 } },
  ],
  ["Progressing", "is not judged", tenant(condition("Reconciling", "True", "Progressing"))],
  [
    "Progressing",
    "waits",
    tenant(condition("Ready", "False", "Migrating"), condition("Reconciling", "True", "Migrating")),
  ],
  ["Healthy", "is ready", tenant(condition("Ready", "True", "Reconciled"))],
  ["Suspended", "is suspended", tenant(condition("Ready", "True", "Suspended"))],
  ["Suspended", "is paused", tenant(condition("Ready", "False", "Paused"))],
  [
    "Degraded",
    "is stalled",
    tenant(condition("Ready", "False", "HostTaken"), condition("Stalled", "True", "HostTaken")),
  ],
])("Argo CD shows as %s a Tenant that %s", async (health, _what, given) => {
  expect(await healthOf(given)).toMatch(new RegExp(`^${health}: .`));
});
