import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ApiServer } from "../crds/test/api-server.ts";
import { KubernetesClient } from "../operator/src/kubernetes/client/client.ts";
import { EventPublisher } from "../operator/src/kubernetes/loop/events.ts";
import { LeaderElection } from "../operator/src/kubernetes/loop/leader.ts";
import {
  type ConfigMap,
  kinds,
  type Secret,
  type Service,
} from "../operator/src/kubernetes/objects/kinds.ts";
import { eventually } from "../operator/src/kubernetes/testing/eventually.ts";
import type { Reflector } from "../operator/src/kubernetes/watch/reflector.ts";
import { Stores, WatchedCluster } from "../operator/src/kubernetes/watch/watched-cluster.ts";
import { namesOf } from "../operator/src/tenant/model/blueprint.ts";
import { tenantKind } from "../operator/src/tenant/model/kinds.ts";
import { watchTenants } from "../operator/src/watches/watch-tenants.ts";
import { systemClock } from "../process/clock.ts";
import { tenant } from "./test/objects.ts";
import { asBreakGlass, handLeaseTo, operatorToken } from "./test/operator-token.ts";

const labels = { "app.kubernetes.io/managed-by": "dotmac-operator", "dotmac.io/tenant": "works" };
const config = {
  route: { kind: "Ingress", className: "skipper", annotations: {} },
  certificates: { mode: "local", caSecret: "platform-ca" },
  adminNamespace: "dotmac-admins",
  platform: { namespace: "dotmac-system", caConfigMap: "platform-ca" },
} as const;

let admin: ApiServer;
let client: KubernetesClient;
let cluster: WatchedCluster;
let reflectors: Reflector<never>[];
/** The names of the Tenant `works`. The operator keeps no object of another namespace. */
let names: ReturnType<typeof namesOf>;

beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  admin = new ApiServer(kubernetes, { token: kubernetes.adminToken });
  const answer = await admin.send("POST", "/apis/dotmac.io/v1alpha1/tenants", tenant("works"));
  expect(answer.status).toBe(201);
  const token = await operatorToken(admin, "works");
  await handLeaseTo(admin, "works");
  const tls = { ca: kubernetes.ca };
  client = new KubernetesClient({
    access: {
      server: kubernetes.url,
      namespace: "dotmac-system",
      credentials: async () => ({ tls, authorization: `Bearer ${token}` }),
    },
    userAgent: "dotmac-operator/test",
  });
  names = namesOf(await client.get(tenantKind, { name: "works" }));
  const stores = new Stores();
  cluster = new WatchedCluster(client, stores);
  reflectors = watchTenants({ client, stores, clock: systemClock, random: Math.random }, config, () => {});
  for (const reflector of reflectors) reflector.start();
});

afterAll(async () => {
  for (const reflector of reflectors) await reflector.stop();
  await client.close();
  await admin[Symbol.asyncDispose]();
});

/** Runs the requests of the operator's own code, with the rights and under the policies of its chart. */
describe("the operator, with only the rights of its chart", () => {
  it("fills all its watched copies", async () => {
    await Promise.all(reflectors.map(({ synced }) => synced));
    expect(reflectors.every(({ hasSynced }) => hasSynced)).toBe(true);
  });

  it("creates a tenant's namespace and the objects in it, and repairs them", async () => {
    const { namespace } = names;
    const metadata = {
      name: namespace,
      labels: {
        ...labels,
        "dotmac.io/tenant-id": names.id,
        "pod-security.kubernetes.io/enforce": "restricted",
      },
    };
    await cluster.apply(kinds.namespace, { apiVersion: "v1", kind: "Namespace", metadata });
    const secret: Secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "runtime", namespace, labels },
      data: { a: "MQ==" },
    };
    expect(await cluster.apply(kinds.secret, secret)).toMatchObject({ change: "created" });
    const changed = { ...secret, data: { b: "Mg==" } };
    expect(await cluster.apply(kinds.secret, changed)).toMatchObject({ change: "updated" });
    expect((await cluster.get(kinds.secret, secret.metadata))?.data).toEqual(changed.data);
    expect(await cluster.remove(kinds.secret, secret.metadata)).toBe("deleting");
    const configMap: ConfigMap = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "runtime", namespace, labels },
    };
    expect(await cluster.apply(kinds.configMap, configMap)).toMatchObject({ change: "created" });
  });

  it("repairs a Service whose selector was changed", async () => {
    const { namespace } = names;
    const service: Service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "runtime", namespace, labels },
      spec: { type: "ClusterIP", ports: [{ name: "api", port: 443, protocol: "TCP", targetPort: 443 }] },
    };
    await cluster.apply(kinds.service, service);
    await using breakGlass = asBreakGlass(inject("kubernetes"));
    const path = `/api/v1/namespaces/${namespace}/services/runtime`;
    for (const elsewhere of [
      { type: "ExternalName", externalName: "elsewhere.example" },
      { externalIPs: ["203.0.113.7"] },
      { type: "NodePort" },
    ]) {
      const changed = await breakGlass.send("PATCH", path, { spec: elsewhere });
      expect(changed.status, JSON.stringify(changed.body)).toBe(200);
      await eventually(
        "the watch has the change",
        async () =>
          cluster.read(kinds.service, service.metadata)?.metadata.resourceVersion ===
          changed.body.metadata.resourceVersion,
      );
      expect(await cluster.apply(kinds.service, service)).toMatchObject({ change: "updated" });
      const live = await cluster.get(kinds.service, service.metadata);
      expect([live?.spec?.type, live?.spec?.externalIPs]).toEqual(["ClusterIP", undefined]);
    }
  });

  it("adds a finalizer to a Tenant, writes its status and Events", async () => {
    const live = await client.get(tenantKind, { name: "works" });
    const held = await cluster.addFinalizer(tenantKind, live, "dotmac.io/tenant");
    expect(await cluster.writeStatus(tenantKind, held, { observedGeneration: 1 })).toBe(true);
    const results: string[] = [];
    const events = new EventPublisher({
      client,
      instance: "works",
      clock: systemClock,
      observe: (result) => results.push(result),
    });
    events.publish({ regarding: held, type: "Normal", reason: "Ready", action: "Reconcile", note: "works" });
    await events.flush();
    expect(results).toEqual(["written"]);
    await cluster.removeFinalizer(
      tenantKind,
      await client.get(tenantKind, { name: "works" }),
      "dotmac.io/tenant",
    );
  });

  it("takes the lease, keeps it and hands it over", async () => {
    const election = new LeaderElection({
      client,
      namespace: "dotmac-system",
      name: "dotmac-operator",
      identity: "works",
      leaseDuration: 2000,
      renewDeadline: 1000,
      retryPeriod: 100,
      fieldManager: "dotmac-operator",
      clock: systemClock,
      random: Math.random,
    });
    const term = await election.acquire(AbortSignal.timeout(20_000));
    await term?.release();
    expect(
      (await client.get(kinds.lease, { namespace: "dotmac-system", name: "dotmac-operator" })).spec,
    ).toMatchObject({
      holderIdentity: "",
    });
  });
});
