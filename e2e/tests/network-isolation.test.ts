import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply, cluster, inPod, kubectl, read } from "./testing/live-cluster.ts";
import { type Reach, reachScript, type Target } from "./testing/reach.ts";
import { type SampleTenant, uniqueName } from "./testing/sample-tenant.ts";
import { sharedTenants } from "./testing/shared-tenants.ts";

const system = "dotmac-system.svc.cluster.local";
const platform: readonly Target[] = [
  { host: `pgbouncer.${system}`, port: 6432 },
  { host: `redis-cache.${system}`, port: 6379 },
  { host: `redis-state.${system}`, port: 6379 },
  { host: `vault.${system}`, port: 8200 },
  { host: `egress-proxy.${system}`, port: 3128 },
];

const outside = cluster.outside;
const podAddress = async (tenant: SampleTenant): Promise<string> =>
  (await read("pods", "-n", tenant.namespace, "-l", "app.kubernetes.io/component=runtime")).items[0].status
    .podIP;

const reach = (namespace: string, pod: string, targets: readonly Target[]): Promise<Record<string, Reach>> =>
  inPod(namespace, pod, reachScript(targets));

describe("a tenant's pod on the network", () => {
  const open = uniqueName("without-policies");
  let a: SampleTenant;
  let b: SampleTenant;
  let image: string;

  beforeAll(async () => {
    ({ north: a, south: b } = await sharedTenants());
    image = (await read("deployment", "runtime", "-n", a.namespace)).spec.template.spec.containers[0].image;
    await apply(namespace(open), idlePod(open, "caller", image));
    await kubectl("wait", "-n", open, "pod/caller", "--for=condition=Ready", "--timeout=60s");
    await apply(idlePod("dotmac-gateway", `${open}-gateway`, image, { "app.kubernetes.io/name": "gateway" }));
    await kubectl(
      "wait",
      "-n",
      "dotmac-gateway",
      `pod/${open}-gateway`,
      "--for=condition=Ready",
      "--timeout=60s",
    );
  });

  afterAll(async () => {
    await Promise.all([
      kubectl("delete", "namespace", open, "--wait=false"),
      kubectl("delete", "pod", "-n", "dotmac-gateway", `${open}-gateway`, "--wait=false"),
    ]);
  });

  it("reaches DNS, PgBouncer, both Redis services, Vault and the egress proxy, which other pods do not reach", async () => {
    const found = await reach(a.namespace, "deploy/runtime", platform);
    expect(found).toEqual(
      Object.fromEntries(platform.map(({ host, port }) => [`${host}:${port}`, "connected"])),
    );
    expect(await reach(open, "pod/caller", platform)).toEqual(
      Object.fromEntries(platform.map(({ host, port }) => [`${host}:${port}`, "timeout"])),
    );
  });

  // Other clusters have their own DNS configuration; SECURITY.md describes it.
  it.runIf(outside)("cannot learn a tenant's name from an address by DNS", async () => {
    const { clusterIP } = (await read("service", "runtime", "-n", b.namespace)).spec;
    const found = await inPod(
      a.namespace,
      "deploy/runtime",
      `
      import { promises } from "node:dns";
      import { isIP } from "node:net";
      const resolver = new promises.Resolver();
      const ask = (question) => question.then((answers) => answers.map((answer) => isIP(answer) ? "address" : answer), ({ code }) => code);
      console.log(JSON.stringify({
        name: await ask(resolver.resolve4("vault.${system}")),
        service: await ask(resolver.resolvePtr("${clusterIP.split(".").reverse().join(".")}.in-addr.arpa")),
        pod: await ask(resolver.resolvePtr("${(await podAddress(b)).split(".").reverse().join(".")}.in-addr.arpa")),
      }));
    `,
    );
    expect(found).toEqual({ name: ["address"], service: "EREFUSED", pod: "EREFUSED" });
  });

  it("does not reach PostgreSQL behind the pooler, which the operator reaches", async () => {
    const target = { host: `postgres.${system}`, port: 5432 };
    expect(await reach(a.namespace, "deploy/runtime", [target])).toEqual({
      [`${target.host}:5432`]: "timeout",
    });
    expect(await reach("dotmac-system", "deploy/dotmac-operator", [target])).toEqual({
      [`${target.host}:5432`]: "connected",
    });
  });

  it("does not reach another tenant's pod, which the gateway reaches", async () => {
    const target = { host: await podAddress(b), port: 8443 };
    const key = `${target.host}:8443`;
    const attempts = await Promise.all([
      reach(a.namespace, "deploy/runtime", [target]),
      reach(open, "pod/caller", [target]),
      reach("dotmac-gateway", `pod/${open}-gateway`, [target]),
    ]);
    expect(attempts).toEqual([{ [key]: "timeout" }, { [key]: "timeout" }, { [key]: "connected" }]);
  });

  it("does not reach another tenant's management port, and neither does the gateway", async () => {
    const target = { host: await podAddress(b), port: 9443 };
    const key = `${target.host}:9443`;
    const attempts = await Promise.all([
      reach(a.namespace, "deploy/runtime", [target]),
      reach("dotmac-gateway", `pod/${open}-gateway`, [target]),
      reach("dotmac-system", "deploy/dotmac-operator", [target]),
    ]);
    expect(attempts).toEqual([{ [key]: "timeout" }, { [key]: "timeout" }, { [key]: "connected" }]);
  });

  it.runIf(outside)(
    "does not learn the routes of all ISPs from the gateway, and neither does any other pod",
    async () => {
      const pods = (await read("pods", "-n", "dotmac-gateway")).items;
      const gateway = pods.find(({ metadata }: { metadata: { name: string } }) =>
        metadata.name.startsWith("gateway-"),
      );
      const targets = [8443, 9911].map((port) => ({ host: String(gateway?.status.podIP), port }));
      const [https, routes] = targets.map(({ host, port }) => `${host}:${port}`) as [string, string];
      expect(await reach(open, "pod/caller", targets)).toEqual({ [https]: "connected", [routes]: "timeout" });
      expect(await reach(a.namespace, "deploy/runtime", targets)).toEqual({
        [https]: "timeout",
        [routes]: "timeout",
      });
    },
  );

  it.runIf(outside)("does not reach the internet, which a namespace without policies reaches", async () => {
    const target = { host: outside?.address ?? "", port: outside?.httpPort ?? 0 };
    const key = `${target.host}:${target.port}`;
    expect(await reach(open, "pod/caller", [target])).toEqual({ [key]: "connected" });
    expect(await reach(a.namespace, "deploy/runtime", [target])).toEqual({ [key]: "timeout" });
  });

  it("does not reach the Kubernetes API, which a namespace without policies reaches", async () => {
    const target = { host: "kubernetes.default.svc.cluster.local", port: 443 };
    const key = `${target.host}:443`;
    expect(await reach(open, "pod/caller", [target])).toEqual({ [key]: "connected" });
    expect(await reach(a.namespace, "deploy/runtime", [target])).toEqual({ [key]: "timeout" });
  });
});

function namespace(name: string) {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

function idlePod(
  inNamespace: string,
  name: string,
  image: string,
  labels: Readonly<Record<string, string>> = {},
) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: inNamespace, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "idle",
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["/nodejs/bin/node", "-e", "setInterval(() => {}, 1 << 30)"],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  };
}
