import { readFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { Kubernetes } from "../../harness/services/kubernetes.ts";
import { createLogger } from "../../process/log.ts";
import { type OperatorConfig, parseConfig } from "./config.ts";
import type { Platform } from "./connect-platform.ts";
import { loadAccess } from "./kubernetes/client/credentials.ts";
import type { Management } from "./kubernetes/loop/management.ts";
import { done, waiting } from "./kubernetes/loop/outcome.ts";
import {
  defineKind,
  type Kind,
  type KubernetesObject,
  kinds,
  type Namespace,
} from "./kubernetes/objects/kinds.ts";
import { type CountingClient, countingClient, ownApiServer } from "./kubernetes/testing/api-server.ts";
import { eventually } from "./kubernetes/testing/eventually.ts";
import { type OperatorEnd, type OperatorOptions, runOperator } from "./run-operator.ts";
import { namesOf } from "./tenant/model/blueprint.ts";
import { hostClaimKind, type Tenant, tenantKind, tenantPlanKind } from "./tenant/model/kinds.ts";
import type { World } from "./tenant/step/world.ts";
import type { TenantWork } from "./tenant-work.ts";

const manager = { fieldManager: "admin" };
const root = new URL("../../", import.meta.url);
const read = (path: string) => readFile(new URL(path, root), "utf8");
const definitionKind = defineKind<KubernetesObject>(
  "apiextensions.k8s.io/v1",
  "CustomResourceDefinition",
  "customresourcedefinitions",
  "cluster",
);

let server: Kubernetes;
let admin: CountingClient;
let config: OperatorConfig;
let running: Replica[];

/** Work without a platform: one namespace and one condition per tenant, as the real steps would create them. */
const work: TenantWork = {
  begin: async () => 1,
  sweep: async () => ({ drifted: [], orphans: [], failures: [] }),
  repairSharedObjects: async () => ({ repaired: [], faults: [] }),
  requestPurges: async () => [],
  listRetained: async () => {},
  destroyExpired: async () => [],
  expireAudit: async () => 0,
  enforceDatabaseShares: async () => ({
    bytes: 3,
    promisedBytes: 7,
    measured: false,
    changed: [],
    failures: [],
  }),
  enforceTransactionLimits: async () => ({ ended: [], multixactAge: 11 }),
  endLongAnalyses: async () => [],
  endWaitsForDatabase: async () => [],
  endQueueHolders: async () => [],
  killUnendableSession: async () => undefined,
  endOversizedMigrations: async () => [],
  endFileFloods: async () => [],
  endExhaustingTransactions: async () => [],
  enforceRedisShares: async () => ({ reports: [], failures: [] }),
  async reconcile(tenant, _plan, world) {
    await world.cluster.apply(kinds.namespace, namespaceOf(tenant));
    await world.cluster.writeStatus(tenantKind, tenant, {
      observedGeneration: tenant.metadata.generation ?? 0,
    });
    return done;
  },
};

function namespaceOf(tenant: Tenant): Namespace {
  const { tenant: owner, namespace: name } = namesOf(tenant);
  const labels = { "app.kubernetes.io/managed-by": "dotmac-operator", "dotmac.io/tenant": owner };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

interface Replica {
  readonly name: string;
  readonly stop: AbortController;
  readonly end: Promise<OperatorEnd>;
  readonly management: () => Management | undefined;
  readonly lost: () => boolean;
}

beforeAll(async () => {
  server = await ownApiServer({ audit: true });
  admin = countingClient(server.kubeconfigPath, { userAgent: "admin" });
  for (const file of ["tenant", "tenantplan", "hostclaim"]) {
    const definition = parse(await read(`crds/${file}.yaml`)) as KubernetesObject;
    await admin.client.create(definitionKind, definition, { fieldManager: "test" });
  }
  for (const kind of [tenantKind, tenantPlanKind, hostClaimKind] as Kind[]) {
    await eventually(`${kind.plural} are served`, () =>
      admin.client.list(kind).then(
        () => true,
        () => false,
      ),
    );
  }
  const contracts = await read("docs/contracts.md");
  const section = contracts.slice(contracts.indexOf("## The operator's configuration"));
  const example = parseConfig(/```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? "", "example");
  config = {
    ...example,
    // A tenant is reconciled without a change once every twelve sweeps.
    resync: 100,
    leaderElection: {
      namespace: "default",
      name: "lead",
      leaseDuration: 2000,
      renewDeadline: 1000,
      retryPeriod: 100,
    },
  };
});

afterAll(async () => {
  await admin?.client.close();
  await server?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  running = [];
});

afterEach(async () => {
  for (const { stop } of running) stop.abort();
  await Promise.all(running.map(({ end }) => end));
});

function start(name: string, options: Partial<OperatorOptions> = {}): Replica {
  const stop = new AbortController();
  let management: Management | undefined;
  let lost = false;
  const end = runOperator(
    {
      config,
      pod: { podName: name, podNamespace: "default" },
      access: loadAccess({ kubeconfigPath: server.kubeconfigPath }),
      log: createLogger("error"),
      work,
      isDeposed: () => false,
      onLeaseLost: () => {
        lost = true;
      },
      connectPlatform: async () => ({ [Symbol.asyncDispose]: async () => {} }) as unknown as Platform,
      version: "test",
      ports: { metrics: 0, health: 0 },
      onListening: (listening) => {
        management = listening;
      },
      ...options,
    },
    stop.signal,
  );
  const replica = { name, stop, end, management: () => management, lost: () => lost };
  running.push(replica);
  return replica;
}

async function createTenant(name: string): Promise<Tenant> {
  const text = await read("crds/examples/tenant-north.yaml");
  const [document] = parseAllDocuments(text);
  const tenant = document?.toJS() as Tenant;
  return admin.client.create(
    tenantKind,
    { ...tenant, metadata: { name }, spec: { ...tenant.spec, hosts: [`${name}.isp.test`] } },
    { fieldManager: "test" },
  );
}

const holder = async () =>
  (await admin.client.get(kinds.lease, { namespace: "default", name: "lead" })).spec?.holderIdentity;
const namespace = async (name: string) => {
  const tenant = await admin.client.get(tenantKind, { name });
  const place = { name: namespaceOf(tenant).metadata.name };
  return admin.client.get(kinds.namespace, place).catch(() => undefined);
};

async function operatorWrites(): Promise<string[]> {
  const events = await server.audit();
  return events
    .filter(({ userAgent }) => userAgent === "dotmac-operator/test")
    .filter(({ verb }) => ["create", "update", "patch", "delete"].includes(verb))
    .filter(({ objectRef }) => objectRef?.resource !== "leases")
    .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource} ${objectRef?.name ?? ""}`);
}

describe("a running operator", () => {
  it("reconciles a new tenant, and writes nothing more while nothing changes", async () => {
    start("first");
    await createTenant("quiet");
    await eventually("its namespace is there", () => namespace("quiet"));
    await eventually(
      "its status is written",
      async () => (await admin.client.get(tenantKind, { name: "quiet" })).status?.observedGeneration === 1,
    );
    const before = await operatorWrites();
    const turns = metricOf("dotmac_operator_reconciles_total");
    const since = await turns();
    await eventually("it has looked again several times", async () => (await turns()) >= since + 3);
    expect(await operatorWrites()).toEqual(before);
  });

  it("repairs deletions and changes at once, by the watch and not by the resync", async () => {
    start("first", { config: { ...config, resync: 3_600_000 } });
    await createTenant("watched");
    await eventually("its namespace is there", () => namespace("watched"));
    const patch = { metadata: { labels: { "dotmac.io/tenant": "nobody" } } };
    const { name } = (await namespace("watched"))?.metadata ?? { name: "" };
    await admin.client.merge(kinds.namespace, { name }, patch, { fieldManager: "admin" });
    await eventually(
      "the label is back",
      async () => (await namespace("watched"))?.metadata.labels?.["dotmac.io/tenant"] === "watched",
    );
  });

  it("reconciles every tenant when the platform's CA has changed", async () => {
    const place = { namespace: config.platform.namespace, name: config.platform.caConfigMap };
    const seen = new Map<string, string | undefined>();
    start("first", {
      config: { ...config, resync: 3_600_000 },
      work: {
        ...work,
        async reconcile(tenant, plan, world) {
          seen.set(tenant.metadata.name, world.cluster.read(kinds.configMap, place)?.data?.["ca.crt"]);
          return work.reconcile(tenant, plan, world);
        },
      },
    });
    for (const name of ["trusting", "believing"]) await createTenant(name);
    await eventually("both were looked at", () => seen.has("trusting") && seen.has("believing"));
    const metadata = { name: place.namespace };
    await admin.client.create(kinds.namespace, { apiVersion: "v1", kind: "Namespace", metadata }, manager);
    const bundle = { apiVersion: "v1", kind: "ConfigMap", metadata: place, data: { "ca.crt": "first" } };
    await admin.client.create(kinds.configMap, bundle, manager);
    await eventually("all know it", () => [...seen.values()].every((found) => found === "first"));
    await admin.client.merge(kinds.configMap, place, { data: { "ca.crt": "second" } }, manager);
    await eventually("all know the next", () => [...seen.values()].every((found) => found === "second"));
  });

  it("is ready on every replica, but reconciles on one only", async () => {
    const first = start("first");
    await eventually("it leads", async () => (await holder().catch(() => "")) === "first");
    const second = start("second");
    for (const replica of [first, second]) {
      await eventually(`${replica.name} is ready`, async () => {
        const port = replica.management()?.healthPort;
        return port !== undefined && (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
      });
    }
    expect(await holder()).toBe("first");
    const pageOf = async ({ management }: Replica) =>
      (await fetch(`http://127.0.0.1:${management()?.metricsPort}/metrics`)).text();
    const page = await pageOf(second);
    expect(page).toContain("dotmac_operator_leader 0\n");
    expect(page).not.toContain("dotmac_operator_reconciles_total{");
    // A sum or an average over all replicas is that of the leader.
    const ofLeader = /^dotmac_operator_(tenants|database_|redis_|queue_(depth|running|failing|longest))/m;
    await eventually("the leader counts tenants", async () =>
      /^dotmac_operator_tenants\{phase="Ready"\} 0$/m.test(await pageOf(first)),
    );
    expect(page).not.toMatch(ofLeader);
  });

  it("finishes running work, hands over and ends without an error when it is stopped", async () => {
    const begun = Promise.withResolvers<World>();
    const finish = Promise.withResolvers<void>();
    const slow: TenantWork = {
      ...work,
      async reconcile(tenant, plan, world) {
        if (tenant.metadata.name === "slow") {
          begun.resolve(world);
          await finish.promise;
        }
        return work.reconcile(tenant, plan, world);
      },
    };
    const first = start("first", { work: slow });
    await createTenant("slow");
    const world = await begun.promise;
    const second = start("second");
    first.stop.abort();
    expect(world.signal.aborted).toBe(false);
    finish.resolve();
    expect(await first.end).toBe("stopped");
    expect(await namespace("slow")).toBeDefined();
    await eventually("the other leads", async () => (await holder()) === "second");
    expect(second.lost()).toBe(false);
  });

  it("ends at once when another replica takes its lease", async () => {
    const first = start("first");
    await eventually("it leads", async () => (await holder().catch(() => "")) === "first");
    const patch = { spec: { holderIdentity: "usurper", leaseDurationSeconds: 1 } };
    await eventually("it reconciles", async () => (await metricOf("dotmac_operator_reconciles_total")()) > 0);
    await admin.client.merge(kinds.lease, { namespace: "default", name: "lead" }, patch, {
      fieldManager: "admin",
    });
    expect(await first.end).toBe("lease lost");
    expect(first.lost()).toBe(true);
  });

  it("ends at once when a server has seen a newer leader", async () => {
    const newer = new Error("epoch 2");
    const first = start("first", {
      work: { ...work, reconcile: async () => Promise.reject(newer) },
      isDeposed: (error) => error === newer,
    });
    expect(await first.end).toBe("lease lost");
    expect(first.lost()).toBe(true);
  });

  it("retries the preparation of the platform before it reconciles any tenant", async () => {
    let attempts = 0;
    let reconciled = false;
    start("first", {
      work: {
        ...work,
        async begin() {
          attempts += 1;
          expect(reconciled).toBe(false);
          if (attempts === 1) throw new Error("the database is not there yet");
          return 1;
        },
        async reconcile(...arguments_) {
          reconciled = true;
          return work.reconcile(...arguments_);
        },
      },
    });
    await eventually("a tenant is reconciled", () => reconciled);
    expect(attempts).toBe(2);
  });

  it("reports a waiting tenant once, not at each reconcile", async () => {
    const lines = new PassThrough();
    let text = "";
    lines.on("data", (chunk) => {
      text += chunk;
    });
    let looks = 0;
    start("first", {
      log: createLogger("info", lines),
      work: {
        ...work,
        async reconcile(tenant) {
          if (tenant.metadata.name !== "waiting") return done;
          looks += 1;
          return waiting("RollingOut", looks < 3 ? "0 of 2" : "1 of 2", 100);
        },
      },
    });
    await createTenant("waiting");
    await eventually("it was looked at five times", () => looks >= 5);
    const told = text.split("\n").filter((line) => line.includes('"reconcile: waiting"'));
    expect(told.map((line) => JSON.parse(line).why)).toEqual(["0 of 2", "1 of 2"]);
  });

  it("stops a sweep between two of its steps when it is stopped", async () => {
    const begun = Promise.withResolvers<void>();
    const first = start("first", {
      work: {
        ...work,
        async sweep(_tenants, world) {
          begun.resolve();
          return new Promise((_, reject) =>
            world.signal.addEventListener("abort", () => reject(world.signal.reason)),
          );
        },
      },
    });
    await begun.promise;
    first.stop.abort();
    expect(await first.end).toBe("stopped");
  });

  it("counts the audit records that it has removed", async () => {
    const removed = metricOf("dotmac_operator_audit_records_removed_total");
    start("first", {
      config: { ...config, resync: 300 },
      work: { ...work, expireAudit: async () => 7 },
    });
    await eventually("seven and seven are counted", async () => {
      return (await removed()) >= 14;
    });
  });

  it("publishes the promised bytes of plans beside the used ones", async () => {
    const promised = metricOf("dotmac_operator_database_promised_bytes");
    const taken = metricOf("dotmac_operator_database_bytes");
    const multixactAge = metricOf("dotmac_operator_database_multixact_age");
    start("first");
    await eventually("both are there", async () => (await promised()) === 7 && (await taken()) === 3);
    expect(await multixactAge()).toBe(11);
  });

  it("reconciles the tenants that the sweep names, also while expired data cannot be destroyed", async () => {
    const seen: string[] = [];
    const count = (name: string) => seen.filter((one) => one === name).length;
    start("first", {
      // Without a change a tenant is reconciled every 12 s, so that two tenants differ by less than three in a minute.
      config: { ...config, resync: 1_000 },
      work: {
        ...work,
        sweep: async () => ({ drifted: ["swept"], orphans: [], failures: [] }),
        destroyExpired: async () => Promise.reject(new Error("a role still owns something")),
        async reconcile(tenant) {
          seen.push(tenant.metadata.name);
          return done;
        },
      },
    });
    await createTenant("swept");
    await createTenant("unswept");
    await eventually(
      "the named tenant was seen more often than the other",
      () => count("unswept") > 0 && count("swept") >= count("unswept") + 3,
    );
  });
});

/** The sum of a counter on the only replica. */
function metricOf(name: string): () => Promise<number> {
  return async () => {
    const port = running[0]?.management()?.metricsPort;
    if (port === undefined) return 0;
    const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const values = page
      .split("\n")
      .filter((line) => /^[{ ]/.test(line.slice(name.length)) && line.startsWith(name));
    return values.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  };
}
