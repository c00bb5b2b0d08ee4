import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { namespace } from "../../operator/src/tenant/desired/isolation/namespace.ts";
import { networkPolicies } from "../../operator/src/tenant/desired/isolation/network-policies.ts";
import { limitRange, resourceQuota } from "../../operator/src/tenant/desired/isolation/quota.ts";
import { backendTlsPolicy } from "../../operator/src/tenant/desired/route/backend-tls-policy.ts";
import { ingress } from "../../operator/src/tenant/desired/route/ingress.ts";
import { platformCa, runtimeConfig } from "../../operator/src/tenant/desired/workload/config-maps.ts";
import { deployment, podTemplate } from "../../operator/src/tenant/desired/workload/deployment.ts";
import { disruptionBudget } from "../../operator/src/tenant/desired/workload/disruption-budget.ts";
import { migrationJob } from "../../operator/src/tenant/desired/workload/migration-job.ts";
import { service } from "../../operator/src/tenant/desired/workload/service.ts";
import { serviceAccount } from "../../operator/src/tenant/desired/workload/service-accounts.ts";
import { workerDeployment } from "../../operator/src/tenant/desired/workload/workers.ts";
import { sampleBlueprint } from "../../operator/src/tenant/testing/sample-blueprint.ts";
import { crdsChart, operatorChart, requiredSetting, run } from "../test/program.ts";
import type { KubernetesObject } from "./objects.ts";

const platformChart = join(import.meta.dirname, "../platform");

/** The objects of the three charts with their defaults, in one cluster. */
export async function chartObjects(): Promise<KubernetesObject[]> {
  const charts = [renderOperator(), renderPlatform(), render("dotmac-crds", crdsChart)];
  return (await Promise.all(charts)).flat();
}

/** The operator's chart with these `--set` assignments. */
export function renderOperator(...settings: string[]): Promise<KubernetesObject[]> {
  return render("dotmac", operatorChart, requiredSetting, ...settings);
}

/** The platform's chart with these `--set` assignments. */
export function renderPlatform(...settings: string[]): Promise<KubernetesObject[]> {
  const apiServer = ["network.apiServer[0].cidr=10.0.0.1/32", "network.apiServer[0].port=6443"];
  return render("dotmac-platform", platformChart, ...apiServer, ...settings);
}

/** The operator's objects in a tenant's namespace, and the namespace. It omits Secrets, which no check concerns. */
export function tenantObjects(): KubernetesObject[] {
  const sample = sampleBlueprint();
  const blueprint = { ...sample, workers: { ...sample.workers, replicas: 2 } };
  const { names } = blueprint;
  const objects: unknown[] = [
    namespace(blueprint),
    ...networkPolicies(blueprint),
    resourceQuota(blueprint),
    limitRange(blueprint),
    runtimeConfig(blueprint),
    platformCa(blueprint),
    serviceAccount(names, "runtime"),
    serviceAccount(names, "migrator"),
    migrationJob(blueprint, 3),
    deployment(blueprint),
    workerDeployment(blueprint, podTemplate(blueprint), 2),
    disruptionBudget(names),
    disruptionBudget(names, "worker"),
    service(names),
    ingress(blueprint, { kind: "Ingress", className: "public", annotations: {} }),
    backendTlsPolicy(blueprint),
  ];
  return objects as KubernetesObject[];
}

async function render(release: string, chart: string, ...settings: string[]): Promise<KubernetesObject[]> {
  const flags = settings.flatMap((assignment) => ["--set", assignment]);
  const manifests = await run("helm", ["template", release, chart, "--namespace=dotmac-system", ...flags]);
  return parseAllDocuments(manifests)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}
