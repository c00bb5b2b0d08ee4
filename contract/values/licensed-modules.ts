/**
 * The parts of the product that a plan can license, in the order of `modules` in crds/tenantplan.yaml and
 * crds/tenant.yaml. crds/manifests.test.ts compares their enums, bounds and default.
 */
export const licensedModules: readonly string[] = ["customers", "billing", "network", "support"];
