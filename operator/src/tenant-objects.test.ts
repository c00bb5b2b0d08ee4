import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { parse } from "yaml";
import { licensedModules } from "../../contract/values/licensed-modules.ts";
import { Applier, type ApplyReport } from "./kubernetes/apply/apply.ts";
import { type Kind, type KubernetesObject, kinds } from "./kubernetes/objects/kinds.ts";
import { trim } from "./kubernetes/objects/trim.ts";
import { type CountingClient, countingClient } from "./kubernetes/testing/api-server.ts";
import { namespace } from "./tenant/desired/isolation/namespace.ts";
import { networkPolicies } from "./tenant/desired/isolation/network-policies.ts";
import { limitRange, resourceQuota } from "./tenant/desired/isolation/quota.ts";
import { ingress } from "./tenant/desired/route/ingress.ts";
import { platformCa, runtimeConfig } from "./tenant/desired/workload/config-maps.ts";
import { deployment, podTemplate } from "./tenant/desired/workload/deployment.ts";
import { disruptionBudget } from "./tenant/desired/workload/disruption-budget.ts";
import { migrationJob } from "./tenant/desired/workload/migration-job.ts";
import { migratorSecret } from "./tenant/desired/workload/secrets.ts";
import { service } from "./tenant/desired/workload/service.ts";
import { serviceAccount } from "./tenant/desired/workload/service-accounts.ts";
import { workerDeployment } from "./tenant/desired/workload/workers.ts";
import { blueprintOf } from "./tenant/model/blueprint.ts";
import type { Tenant, TenantPlan } from "./tenant/model/kinds.ts";
import type { PlatformSettings } from "./tenant/model/settings.ts";
import { noKeys } from "./tenant/model/tenant-metadata.ts";
import { samplePlan } from "./tenant/testing/sample-blueprint.ts";

const ca = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
const route = { kind: "Ingress", className: "skipper", annotations: { "example.com/a": "b" } } as const;
const settings: PlatformSettings = {
  namespace: "dotmac-system",
  adminNamespace: "dotmac-admins",
  runtime: { image: "localhost/dotmac/tenant-runtime:1", schemaVersion: 1 },
  pgbouncer: { host: "pgbouncer", port: 6432 },
  databaseName: "dotmac",
  redis: { cache: { host: "redis-cache", port: 6379 }, state: { host: "redis-state", port: 6379 } },
  redisShares: { cache: { bytes: 1_000_000, keys: 1_000 }, state: { bytes: 1_000_000, keys: 1_000 } },
  vault: { address: "https://vault:8200", authMount: "kubernetes" },
  egress: { host: "egress-proxy", port: 3128 },
  ca,
  gateway: { namespace: "dotmac-gateway", podLabels: { "app.kubernetes.io/name": "gateway" } },
  route,
  certificates: { mode: "local", authority: async () => ({ certificate: ca, privateKey: "" }) },
  tenantMetadata: noKeys,
  credentials: {},
};

const example = async (file: string) =>
  parse(await readFile(new URL(`../../crds/examples/${file}`, import.meta.url), "utf8"));

/** Every object that the steps build without the help of another service, for the example tenant. */
async function objects(): Promise<[Kind, KubernetesObject][]> {
  const document = (await example("tenant-north.yaml")) as Tenant;
  const metadata = { ...document.metadata, uid: crypto.randomUUID() };
  const tenant: Tenant = { ...document, metadata };
  const blueprint = blueprintOf(tenant, (await planWithDefaults()) as TenantPlan, settings);
  const { names } = blueprint;
  return [
    [kinds.namespace, namespace(blueprint)],
    ...networkPolicies(blueprint).map((policy): [Kind, KubernetesObject] => [kinds.networkPolicy, policy]),
    [kinds.resourceQuota, resourceQuota(blueprint)],
    [kinds.limitRange, limitRange(blueprint)],
    [kinds.serviceAccount, serviceAccount(names, "runtime")],
    [kinds.serviceAccount, serviceAccount(names, "migrator")],
    [kinds.configMap, runtimeConfig(blueprint)],
    [kinds.configMap, platformCa(blueprint)],
    [kinds.secret, migratorSecret(blueprint, "x")],
    [kinds.job, migrationJob(blueprint, 0)],
    [kinds.deployment, deployment(blueprint)],
    [kinds.deployment, workerDeployment(blueprint, podTemplate(blueprint), 2)],
    [kinds.service, service(names)],
    [kinds.podDisruptionBudget, disruptionBudget(names)],
    [kinds.podDisruptionBudget, disruptionBudget(names, "worker")],
    [kinds.ingress, ingress(blueprint, route)],
  ] as [Kind, KubernetesObject][];
}

/** The plan with the API server's defaults, which the file does not hold. */
async function planWithDefaults(): Promise<object> {
  const plan = await example("plan-standard.yaml");
  const { rateLimits } = samplePlan.spec;
  const database = { connectionLimit: 5, poolSize: 5, statementTimeout: "15s" };
  return {
    ...plan,
    spec: { modules: licensedModules, database, workers: { replicas: 2 }, ...plan.spec, rateLimits },
  };
}

let counting: CountingClient;

beforeAll(() => {
  counting = countingClient(inject("kubernetes").kubeconfigPath);
});

afterAll(() => counting.client.close());

describe("the objects of a tenant", () => {
  it("have the form that the API server keeps, so none is ever written twice", async () => {
    const reports: ApplyReport[] = [];
    const all = await objects();
    const first = new Applier({ client: counting.client, observe: (report) => reports.push(report) });
    for (const [kind, desired] of all) await first.apply(kind, desired, undefined);
    expect(counting.takeWrites()).toEqual(all.map(() => "create"));
    expect(reports.filter(({ rewritten }) => rewritten !== undefined)).toEqual([]);
    // A new process, which has no memory of the server's answers.
    const second = new Applier({ client: counting.client });
    for (const [kind, desired] of all) {
      await second.apply(kind, desired, trim(await counting.client.get(kind, desired.metadata)));
    }
    expect(counting.takeWrites()).toEqual([]);
  });
});
