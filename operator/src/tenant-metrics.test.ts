import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { sampleTenant } from "./tenant/testing/sample-blueprint.ts";
import { TenantMetrics } from "./tenant-metrics.ts";

it("counts tenants by phase at each collection, those without a status and empty phases included", async () => {
  const registry = new Registry();
  const tenants = [
    { ...sampleTenant(), status: { phase: "Stalled" as const } },
    { ...sampleTenant(), status: { phase: "Stalled" as const } },
    sampleTenant(),
  ];
  new TenantMetrics(registry).watchTenants(() => tenants);
  const page = async () => (await registry.metrics()).split("\n");
  expect(await page()).toEqual(
    expect.arrayContaining([
      'dotmac_operator_tenants{phase="Stalled"} 2',
      'dotmac_operator_tenants{phase="Pending"} 1',
      'dotmac_operator_tenants{phase="Ready"} 0',
    ]),
  );
  const phases = (await page()).filter((line) => line.startsWith("dotmac_operator_tenants{"));
  expect(phases).toHaveLength(8);
  tenants.length = 1;
  expect(await page()).toContain('dotmac_operator_tenants{phase="Stalled"} 1');
});
