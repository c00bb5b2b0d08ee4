import { tenantPlanKind } from "../model/kinds.ts";
import type { TestPlatform } from "./test-platform.ts";

/** Creates a TenantPlan; without a spec all its fields have their defaults. */
export async function createPlan(
  { cluster }: Pick<TestPlatform, "cluster">,
  name = "standard",
  spec: object = {},
): Promise<void> {
  const plan = { apiVersion: "dotmac.io/v1alpha1", kind: "TenantPlan", metadata: { name }, spec };
  await cluster.client.create(tenantPlanKind, plan as never, { fieldManager: "test" });
}
