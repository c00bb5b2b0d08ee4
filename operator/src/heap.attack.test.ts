import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Kubernetes } from "../../harness/services/kubernetes.ts";
import { defineKind, type Kind, type KubernetesObject, kinds } from "./kubernetes/objects/kinds.ts";
import { type CountingClient, countingClient, ownApiServer } from "./kubernetes/testing/api-server.ts";
import { eventually } from "./kubernetes/testing/eventually.ts";
import { namesOf } from "./tenant/model/blueprint.ts";
import { hostClaimKind, type Tenant, tenantKind, tenantPlanKind } from "./tenant/model/kinds.ts";
import { tenantManifest } from "./tenant/testing/tenant-manifest.ts";

const manager = { fieldManager: "attacker" };
const program = fileURLToPath(new URL("testing/fill-caches.ts", import.meta.url));
/** MiB. The attacker creates twice as much. */
const heap = 64;
const megabyte = "x".repeat(1_000_000);
/** The limit for all annotations of an object together is 256 KiB. */
const quarter = "x".repeat(250_000);
const definitionKind = defineKind<KubernetesObject>(
  "apiextensions.k8s.io/v1",
  "CustomResourceDefinition",
  "customresourcedefinitions",
  "cluster",
);
const labels = { "app.kubernetes.io/managed-by": "dotmac-operator", "dotmac.io/tenant": "north" };
const image = "registry.example.test/x:1";
const podSpec = { restartPolicy: "Never", containers: [{ name: "c", image, args: [megabyte] }] };
const podTemplate = { metadata: { labels: { a: "b" } }, spec: podSpec };
const port = { port: 80, protocol: "TCP" };
const backend = { service: { name: "x", port: { number: 80 } } };

/** Every watched kind, the large fields of an object, and the number of objects. */
const swollen: readonly (readonly [Kind, object, number])[] = [
  [kinds.configMap, { data: { text: megabyte } }, 48],
  [kinds.secret, { data: { text: Buffer.from("y".repeat(750_000)).toString("base64") } }, 4],
  [kinds.pod, { spec: podSpec }, 3],
  [kinds.job, { spec: { template: podTemplate } }, 3],
  [
    kinds.deployment,
    {
      spec: {
        selector: { matchLabels: { a: "b" } },
        template: { ...podTemplate, spec: { ...podSpec, restartPolicy: "Always" } },
      },
    },
    6,
  ],
  [kinds.serviceAccount, {}, 10],
  [kinds.service, { spec: { ports: [port] } }, 10],
  [kinds.networkPolicy, { spec: { podSelector: {} } }, 10],
  [kinds.resourceQuota, { spec: {} }, 10],
  [kinds.limitRange, { spec: { limits: [] } }, 10],
  [kinds.podDisruptionBudget, { spec: { maxUnavailable: 1 } }, 10],
  [kinds.ingress, { spec: { defaultBackend: backend } }, 10],
];

let server: Kubernetes;
let attacker: CountingClient;
let tenant: Tenant;

beforeAll(async () => {
  server = await ownApiServer();
  attacker = countingClient(server.kubeconfigPath);
  const { client } = attacker;
  for (const file of ["tenant", "tenantplan", "hostclaim"]) {
    const definition = parse(await readFile(new URL(`../../crds/${file}.yaml`, import.meta.url), "utf8"));
    await client.create(definitionKind, definition, manager);
  }
  for (const kind of [tenantKind, tenantPlanKind, hostClaimKind] as Kind[]) {
    await eventually(`${kind.plural} are served`, () =>
      client.list(kind).then(
        () => true,
        () => false,
      ),
    );
  }
  tenant = await client.create(tenantKind, tenantManifest("north"), manager);
  for (const name of [namesOf(tenant).namespace, "attacker"]) {
    await client.create(
      kinds.namespace,
      { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } },
      manager,
    );
  }
});

afterAll(async () => {
  await attacker?.client.close();
  await server?.[Symbol.asyncDispose]();
});

describe("the operator's memory", () => {
  it("holds no foreign objects with the operator's label, at the start and later", async () => {
    await attack("first", 1);
    const own = await ownConfigMap("runtime");
    const operator = start();
    expect(await answer(operator)).toBe("synced");
    await attack("second", 4);
    const later = await ownConfigMap("platform-ca");
    const told = await eventually("the later one is known", async () => {
      const { configMaps, jobs } = await ask(operator);
      return configMaps.includes(later) && { configMaps, jobs };
    });
    expect(told).toEqual({ configMaps: expect.toSatisfy((names) => isSame(names, [own, later])), jobs: [] });
    await end(operator);
  }, 240_000);

  it("holds a bounded part of the large or many objects in a tenant's namespace", async () => {
    const { namespace } = namesOf(tenant);
    const plain = (name: string, data: object) => make(kinds.configMap, { data }, namespace, name);
    await inTurns(8, (index) => plain(`large-${index}`, { text: megabyte, index: String(index) }));
    await inTurns(3, (index) => plain(`keys-${index}`, manyKeys()));
    await inTurns(100, (index) => plain(`small-${index}`, { text: "x" }));
    const operator = start();
    expect(await answer(operator)).toBe("synced");
    const { configMaps } = await ask(operator);
    expect(configMaps.length).toBeLessThanOrEqual(64);
    expect(configMaps.some((name) => name.includes("/large-"))).toBe(true);
    expect(configMaps.filter((name) => name.includes("/keys-"))).toEqual([]);
    await end(operator);
  }, 240_000);
});

/** Creates one part of the objects of every kind. */
async function attack(round: string, part: number): Promise<void> {
  for (const [kind, body, count] of swollen) {
    const names = kind === kinds.secret ? ["runtime"] : undefined;
    await inTurns(names ? 1 : Math.ceil(count / part), (index) =>
      make(kind, body, "attacker", names?.[index] ?? `${round}-${index}`).catch((error: Error) => {
        if (!names) throw error;
      }),
    );
  }
  for (const [kind, body] of [
    [kinds.namespace, {}],
    [tenantKind, { spec: tenantManifest("x").spec }],
    [tenantPlanKind, { spec: {} }],
    [hostClaimKind, { spec: { tenantRef: { name: "north", uid: tenant.metadata.uid } } }],
  ] as const) {
    const suffix = kind === hostClaimKind ? ".isp.test" : "";
    await inTurns(Math.ceil(10 / part), (index) =>
      make(kind as Kind, body, undefined, `${round}-${index}${suffix}`),
    );
  }
}

function make(
  kind: Kind,
  body: object,
  namespace: string | undefined,
  name: string,
): Promise<KubernetesObject> {
  const annotations = kind === kinds.configMap || "data" in body ? {} : { "dotmac.io/large": quarter };
  const place = namespace === undefined ? { name } : { namespace, name };
  const object = {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { ...place, labels, annotations },
    ...body,
  };
  return attacker.client.create(kind, object as KubernetesObject, manager);
}

async function ownConfigMap(name: string): Promise<string> {
  const { namespace } = namesOf(tenant);
  await make(kinds.configMap, { data: { own: "1" } }, namespace, name);
  return `${namespace}/${name}`;
}

function manyKeys(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key-${index}`, "v"]));
}

function isSame(names: readonly string[], desired: readonly string[]): boolean {
  return names.length === desired.length && desired.every((name) => names.includes(name));
}

async function inTurns(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  const turn = 8;
  for (let first = 0; first < count; first += turn) {
    const indexes = Array.from({ length: Math.min(turn, count - first) }, (_, index) => first + index);
    await Promise.all(indexes.map(work));
  }
}

function start(): ChildProcess {
  return fork(program, [server.kubeconfigPath], {
    execArgv: [`--max-old-space-size=${heap}`],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

/** The next message of the process, or the cause of its end. */
async function answer(operator: ChildProcess): Promise<unknown> {
  let last = "";
  operator.stderr?.on("data", (chunk: Buffer) => {
    last = (last + chunk.toString()).slice(-2_000);
  });
  const message = once(operator, "message").then(([value]: unknown[]) => value);
  const death = once(operator, "exit").then(() => /FATAL ERROR: [^\n]*/.exec(last)?.[0] ?? last);
  return Promise.race([message, death]);
}

interface Told {
  readonly heapUsed: number;
  readonly configMaps: readonly string[];
  readonly jobs: readonly string[];
}

async function ask(operator: ChildProcess): Promise<Told> {
  const answered = answer(operator);
  operator.send("tell");
  const told = await answered;
  if (typeof told === "string") throw new Error(`the operator died: ${told}`);
  return told as Told;
}

async function end(operator: ChildProcess): Promise<void> {
  const ended = once(operator, "exit");
  operator.kill();
  await ended;
}
