import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Kubernetes } from "../../../../harness/services/kubernetes.ts";
import { TerminalError } from "../../base/errors.ts";
import { Conflict } from "../client/errors.ts";
import { type ConfigMap, type Kind, type KubernetesObject, kinds, type Secret } from "../objects/kinds.ts";
import { fieldManager } from "../objects/ownership.ts";
import { trim } from "../objects/trim.ts";
import { valueDigest } from "../objects/value-digest.ts";
import { type CountingClient, countingClient, ownApiServer } from "../testing/api-server.ts";
import { Applier, type ApplyReport } from "./apply.ts";

const namespace = "isp-north";
const labels = { "app.kubernetes.io/managed-by": fieldManager, "dotmac.io/tenant": "north" };
const podLabels = { "app.kubernetes.io/name": "tenant-runtime" };

function object(kind: Kind, name: string, content: object): KubernetesObject {
  const { apiVersion } = kind;
  const metadata = kind.namespaced ? { name, namespace, labels } : { name, labels };
  return { apiVersion, kind: kind.kind, metadata, ...content };
}

const container = {
  name: "runtime",
  image: "localhost/dotmac/tenant-runtime:1",
  ports: [
    { name: "api", containerPort: 8443 },
    { name: "management", containerPort: 9443 },
  ],
  env: [{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
  resources: { requests: { cpu: "0.1", memory: "128Mi" }, limits: { cpu: 1, memory: "1024Mi" } },
  readinessProbe: { httpGet: { path: "/health/ready", port: "management", scheme: "HTTPS" } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
};
const podSpec = {
  automountServiceAccountToken: false,
  containers: [container],
  volumes: [
    { name: "tmp", emptyDir: {} },
    {
      name: "token",
      projected: { sources: [{ serviceAccountToken: { path: "token", audience: "vault" } }] },
    },
  ],
};

interface Case {
  readonly kind: Kind;
  readonly desired: KubernetesObject;
  /** A merge patch by another manager to a desired field. */
  readonly drift: object;
  /** A merge patch by another manager that adds a field that is not desired. */
  readonly foreign?: object;
}

function hasForeign(example: Case): example is Case & { readonly foreign: object } {
  return example.foreign !== undefined;
}

/** Every kind that docs/contracts.md names and that needs no add-on, in forms that the API server rewrites. */
const cases: readonly Case[] = [
  {
    kind: kinds.namespace,
    desired: object(kinds.namespace, "isp-extra", {}),
    drift: { metadata: { labels: { "dotmac.io/tenant": "south" } } },
  },
  {
    kind: kinds.serviceAccount,
    desired: object(kinds.serviceAccount, "runtime", { automountServiceAccountToken: false }),
    drift: { automountServiceAccountToken: true },
  },
  {
    kind: kinds.configMap,
    desired: object(kinds.configMap, "runtime", { data: { "tenant.json": "{}" } }),
    drift: { data: { "tenant.json": "{ }" } },
    foreign: { data: { "extra.json": "{}" } },
  },
  {
    kind: kinds.secret,
    desired: object(kinds.secret, "runtime", { type: "Opaque", data: { "database.json": "e30=" } }),
    drift: { data: { "database.json": "e30K" } },
    foreign: { data: { "extra.json": "e30=" } },
  },
  {
    kind: kinds.networkPolicy,
    desired: object(kinds.networkPolicy, "deny-all", {
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [] },
    }),
    drift: { spec: { podSelector: { matchLabels: { app: "other" } } } },
    foreign: { spec: { egress: [{}] } },
  },
  {
    kind: kinds.resourceQuota,
    desired: object(kinds.resourceQuota, "tenant", {
      spec: { hard: { "requests.cpu": "0.5", "limits.memory": "2048Mi", pods: 10 } },
    }),
    drift: { spec: { hard: { pods: "100" } } },
    foreign: { spec: { hard: { configmaps: "1000" } } },
  },
  {
    kind: kinds.limitRange,
    desired: object(kinds.limitRange, "tenant", {
      spec: {
        limits: [
          {
            type: "Container",
            default: { cpu: "0.5" },
            defaultRequest: { cpu: "0.05" },
            max: { memory: "1024Mi" },
          },
        ],
      },
    }),
    drift: { spec: { limits: [{ type: "Container", max: { memory: "64Gi" } }] } },
  },
  {
    kind: kinds.job,
    desired: object(kinds.job, "migrate-1", {
      spec: {
        backoffLimit: 2,
        ttlSecondsAfterFinished: 600,
        template: { metadata: { labels: podLabels }, spec: { ...podSpec, restartPolicy: "Never" } },
      },
    }),
    drift: { spec: { backoffLimit: 6 } },
    foreign: { spec: { activeDeadlineSeconds: 5 } },
  },
  {
    kind: kinds.deployment,
    desired: object(kinds.deployment, "runtime", {
      spec: {
        replicas: 2,
        selector: { matchLabels: podLabels },
        strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: { metadata: { labels: podLabels }, spec: podSpec },
      },
    }),
    drift: { spec: { replicas: 0 } },
    foreign: { spec: { progressDeadlineSeconds: 5, template: { spec: { nodeSelector: { disk: "slow" } } } } },
  },
  {
    kind: kinds.service,
    desired: object(kinds.service, "runtime", {
      spec: { selector: podLabels, ports: [{ name: "api", port: 443, targetPort: "api" }] },
    }),
    drift: { spec: { selector: { "app.kubernetes.io/name": "other" } } },
    foreign: { spec: { selector: { extra: "narrowed" }, sessionAffinity: "ClientIP" } },
  },
  {
    kind: kinds.podDisruptionBudget,
    desired: object(kinds.podDisruptionBudget, "runtime", {
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: podLabels },
      },
    }),
    drift: { spec: { maxUnavailable: 2 } },
  },
  {
    kind: kinds.ingress,
    desired: object(kinds.ingress, "runtime", {
      spec: {
        ingressClassName: "skipper",
        tls: [{ hosts: ["north.example.test"], secretName: "gateway-tls" }],
        rules: [
          {
            host: "north.example.test",
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "runtime", port: { name: "api" } } },
                },
              ],
            },
          },
        ],
      },
    }),
    drift: { spec: { ingressClassName: "other" } },
    foreign: { spec: { defaultBackend: { service: { name: "other", port: { number: 80 } } } } },
  },
];

let server: Kubernetes;
let ours: CountingClient;
let other: CountingClient;
let reports: ApplyReport[];

beforeAll(async () => {
  server = await ownApiServer({ audit: true });
  ours = countingClient(server.kubeconfigPath, { userAgent: "dotmac-operator/test" });
  other = countingClient(server.kubeconfigPath, { userAgent: "someone-else" });
  await other.client.create(
    kinds.namespace,
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    },
    { fieldManager: "kubectl" },
  );
});

afterAll(async () => {
  await ours?.client.close();
  await other?.client.close();
  await server?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  reports = [];
  ours.takeWrites();
});

function newApplier(): Applier {
  return new Applier({ client: ours.client, observe: (report) => reports.push(report) });
}

async function live(kind: Kind, desired: KubernetesObject): Promise<KubernetesObject> {
  return trim(await ours.client.get(kind, desired.metadata));
}

/** Creates a new object of the case, so that tests do not share one. */
async function applied({ kind, desired }: Case): Promise<KubernetesObject> {
  const name = `${desired.metadata.name}-${randomBytes(4).toString("hex")}`;
  const fresh = { ...desired, metadata: { ...desired.metadata, name } };
  await newApplier().apply(kind, fresh, undefined);
  ours.takeWrites();
  reports = [];
  return fresh;
}

function byOther(kind: Kind, { metadata }: KubernetesObject, patch: object): Promise<KubernetesObject> {
  return other.client.merge(kind, metadata, patch, { fieldManager: "kubectl-edit" });
}

describe.each(cases)("a $kind.kind", (example) => {
  const { kind, drift } = example;

  it("is created with one request", async () => {
    const name = `${example.desired.metadata.name}-new`;
    const desired = { ...example.desired, metadata: { ...example.desired.metadata, name } };
    const result = await newApplier().apply(kind, desired, undefined);
    expect(result.change).toBe("created");
    expect(ours.takeWrites()).toEqual(["create"]);
    expect(reports).toEqual([expect.not.objectContaining({ rewritten: expect.anything() })]);
  });

  it("is not written again without a difference, not even by a new process", async () => {
    const desired = await applied(example);
    const before = await live(kind, desired);
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await newApplier().apply(kind, desired, await live(kind, desired))).toMatchObject({
        change: "none",
      });
    }
    expect(ours.takeWrites()).toEqual([]);
    expect((await live(kind, desired)).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    const audited = (await server.audit()).filter(
      (event) =>
        event.userAgent?.startsWith("dotmac-operator/") &&
        event.objectRef?.resource === kind.plural &&
        event.objectRef.name === desired.metadata.name &&
        ["update", "patch", "delete"].includes(event.verb),
    );
    expect(audited).toEqual([]);
  });

  it("is restored with one apply after a change by others", async () => {
    const desired = await applied(example);
    await byOther(kind, desired, drift);
    const result = await newApplier().apply(kind, desired, await live(kind, desired));
    expect(result.change).toBe("updated");
    expect(reports).toEqual([expect.objectContaining({ cause: expect.objectContaining({ type: "drift" }) })]);
    ours.takeWrites();
    expect(await newApplier().apply(kind, desired, await live(kind, desired))).toMatchObject({
      change: "none",
    });
    expect(ours.takeWrites()).toEqual([]);
  });

  it("keeps labels and annotations of others", async () => {
    const desired = await applied(example);
    const theirs = { labels: { "example.com/team": "a" }, annotations: { "example.com/note": "b" } };
    await byOther(kind, desired, { metadata: theirs });
    await newApplier().apply(kind, desired, await live(kind, desired));
    expect(ours.takeWrites()).toEqual([]);
    await byOther(kind, desired, drift);
    await newApplier().apply(kind, desired, await live(kind, desired));
    expect((await live(kind, desired)).metadata).toMatchObject(theirs);
  });
});

describe.each(cases.filter(hasForeign))("a $kind.kind", (example) => {
  const { kind, foreign } = example;

  it("loses fields that others added, also where the operator relies on the default", async () => {
    const desired = await applied(example);
    const clean = await live(kind, desired);
    await byOther(kind, desired, foreign);
    const result = await newApplier().apply(kind, desired, await live(kind, desired));
    expect(result.change).toBe("updated");
    const {
      metadata: _before,
      status: _statusBefore,
      ...expected
    } = clean as KubernetesObject & { status?: unknown };
    const {
      metadata: _after,
      status: _statusAfter,
      ...found
    } = (await live(kind, desired)) as typeof clean & {
      status?: unknown;
    };
    expect(found).toEqual(expected);
    ours.takeWrites();
    expect(await newApplier().apply(kind, desired, await live(kind, desired))).toMatchObject({
      change: "none",
    });
    expect(ours.takeWrites()).toEqual([]);
  });
});

describe("a desired object that changes", () => {
  const settings = (data: Record<string, string>): ConfigMap => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `changing-${randomBytes(4).toString("hex")}`, namespace, labels },
    data,
  });

  it("loses the fields that are no longer desired, even those set at its creation", async () => {
    const first = settings({ a: "1", b: "2" });
    await newApplier().apply(kinds.configMap, first, undefined);
    const second = { ...first, data: { a: "1" } };
    await newApplier().apply(kinds.configMap, second, (await live(kinds.configMap, first)) as ConfigMap);
    expect(await ours.client.get(kinds.configMap, first.metadata)).toMatchObject({ data: { a: "1" } });
    expect((await ours.client.get(kinds.configMap, first.metadata)).data).not.toHaveProperty("b");
  });

  it("loses the values of a Secret that are no longer desired", async () => {
    const { data: _, ...rest } = settings({});
    const first = { ...rest, kind: "Secret", data: { a: "MQ==", b: "Mg==" } };
    await newApplier().apply(kinds.secret, first, undefined);
    const second = { ...first, data: { b: "Mg==", c: "Mw==" } };
    await newApplier().apply(kinds.secret, second, (await live(kinds.secret, first)) as Secret);
    expect((await ours.client.get(kinds.secret, first.metadata)).data).toEqual(second.data);
  });

  it("is written with one request for each later change", async () => {
    const first = settings({ a: "1" });
    await newApplier().apply(kinds.configMap, first, undefined);
    const turns = ["2", "3"].map((a) => ({ ...first, data: { a } }));
    for (const turn of turns) {
      ours.takeWrites();
      await newApplier().apply(kinds.configMap, turn, (await live(kinds.configMap, first)) as ConfigMap);
    }
    expect(ours.takeWrites()).toEqual(["apply"]);
  });

  it("is adopted when it exists without the operator's label, which the watch needs", async () => {
    const desired = settings({ a: "1" });
    const { labels: _, ...bare } = desired.metadata;
    await other.client.create(
      kinds.configMap,
      { ...desired, metadata: bare, data: { a: "0", z: "9" } },
      { fieldManager: "kubectl" },
    );
    const result = await newApplier().apply(kinds.configMap, desired, undefined);
    expect(result).toMatchObject({ change: "updated", object: { metadata: { labels } } });
    expect(result.object.data).toEqual({ a: valueDigest("1") });
  });

  it("is never applied to a new object with the same name", async () => {
    const desired = settings({ a: "1" });
    const { object: old } = await newApplier().apply(kinds.configMap, desired, undefined);
    await other.client.delete(kinds.configMap, desired.metadata);
    await other.client.create(kinds.configMap, desired, { fieldManager: "kubectl" });
    const changed = { ...desired, data: { a: "2" } };
    await expect(newApplier().apply(kinds.configMap, changed, old)).rejects.toBeInstanceOf(Conflict);
    expect((await ours.client.get(kinds.configMap, desired.metadata)).data).toEqual({ a: "1" });
  });
});

describe("a Deployment restarted by kubectl", () => {
  it("can finish its restart", async () => {
    const example = cases.find(({ kind }) => kind === kinds.deployment) as Case;
    const desired = await applied(example);
    const annotations = { "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" };
    await byOther(example.kind, desired, { spec: { template: { metadata: { annotations } } } });
    await newApplier().apply(example.kind, desired, await live(example.kind, desired));
    expect(ours.takeWrites()).toEqual([]);
  });
});

describe("a value that the API server normalises", () => {
  it("is reported once, and causes no write while both sides stay the same", async () => {
    const applier = newApplier();
    // omitempty: the API server fills the empty strategy with defaults.
    const desired = object(kinds.deployment, `rewritten-${randomBytes(4).toString("hex")}`, {
      spec: {
        selector: { matchLabels: podLabels },
        strategy: {},
        template: { metadata: { labels: podLabels }, spec: podSpec },
      },
    });
    const { object: created } = await applier.apply(kinds.deployment as Kind, desired, undefined);
    expect(reports).toEqual([expect.objectContaining({ rewritten: "spec.strategy" })]);
    ours.takeWrites();
    expect(await applier.apply(kinds.deployment as Kind, desired, created)).toMatchObject({ change: "none" });
    expect(ours.takeWrites()).toEqual([]);
    await byOther(kinds.deployment as Kind, desired, { spec: { replicas: 7 } });
    const seen = await live(kinds.deployment as Kind, desired);
    expect(await applier.apply(kinds.deployment as Kind, desired, seen)).toMatchObject({ change: "updated" });
  });

  it("is written again after increasing delays, because the cause may be gone", async () => {
    let now = 0;
    const applier = new Applier({ client: ours.client, monotonic: () => now });
    const desired = object(kinds.deployment, `retried-${randomBytes(4).toString("hex")}`, {
      spec: {
        selector: { matchLabels: podLabels },
        strategy: {},
        template: { metadata: { labels: podLabels }, spec: podSpec },
      },
    });
    let { object: seen } = await applier.apply(kinds.deployment as Kind, desired, undefined);
    ours.takeWrites();
    const writesAt = async (time: number) => {
      now = time;
      ({ object: seen } = await applier.apply(kinds.deployment as Kind, desired, seen));
      return ours.takeWrites().length;
    };
    expect(await writesAt(9_999)).toBe(0);
    expect(await writesAt(10_000)).toBe(1);
    expect(await writesAt(29_999)).toBe(0);
    const before = seen.metadata.resourceVersion;
    expect(await writesAt(30_000)).toBe(1);
    expect(seen.metadata.resourceVersion).toBe(before);
  });
});

describe("an object in a form that cannot be changed", () => {
  it.each([
    ["an immutable ConfigMap", kinds.configMap, { data: { a: "1" } }, { immutable: true }],
    ["an immutable Secret", kinds.secret, { data: { a: "MQ==" } }, { immutable: true }],
    [
      "a Secret of another type",
      kinds.secret,
      { data: { "tls.crt": "MQ==", "tls.key": "MQ==" } },
      { type: "kubernetes.io/tls" },
    ],
    [
      "a Service without an address",
      kinds.service,
      { spec: { ports: [{ port: 443, protocol: "TCP", targetPort: 443 }] } },
      { spec: { clusterIP: "None", ports: [{ port: 443 }] } },
    ],
  ])("is deleted and created again: %s", async (_, kind, content, made) => {
    const name = `fixed-${randomBytes(4).toString("hex")}`;
    const desired = object(kind, name, content);
    const { metadata, ...rest } = desired;
    await other.client.create(kind as Kind, { ...rest, ...made, metadata } as never, {
      fieldManager: "kubectl",
    });
    const applier = newApplier();
    const found = await live(kind as Kind, desired);
    await expect(applier.apply(kind as Kind, desired, found)).rejects.toThrow(/is deleted and created again/);
    expect(await applier.apply(kind as Kind, desired, undefined)).toMatchObject({ change: "created" });
  });
});

describe("an unsuitable desired object", () => {
  const good = object(kinds.configMap, "x", {});
  it.each([
    ["without our label", { ...good, metadata: { name: "x", namespace } }, "managed-by"],
    ["with stringData", { ...good, stringData: {} }, "use data, in base64"],
    ["of another kind", { ...good, kind: "Secret" }, "expected v1 ConfigMap"],
  ])("is refused %s", async (_title, desired, message) => {
    const attempt = newApplier().apply(kinds.configMap as Kind, desired as KubernetesObject, undefined);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(TerminalError);
    expect(ours.takeWrites()).toEqual([]);
  });
});
