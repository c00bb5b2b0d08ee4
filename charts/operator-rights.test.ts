import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Answer, ApiServer, type Manifest, type Method } from "../crds/test/api-server.ts";
import {
  configMap,
  deployment,
  disruptionBudget,
  hostClaim,
  ingress,
  job,
  limitRange,
  namespace,
  networkPolicy,
  pod,
  resourceQuota,
  role,
  roleBinding,
  secret,
  service,
  serviceAccount,
  tenant,
} from "./test/objects.ts";
import { asBreakGlass, handLeaseTo, leases, operatorToken, tenantNamespace } from "./test/operator-token.ts";
import { sampleOf } from "./test/samples.ts";

type Request = [what: string, method: Method, path: string, body?: unknown];

const custom = "/apis/dotmac.io/v1alpha1";
const rbac = "/apis/rbac.authorization.k8s.io/v1";
const own = "/api/v1/namespaces/isp-rights";
const tenantLabels = {
  "dotmac.io/tenant": "new",
  "dotmac.io/tenant-id": "aaaaaaaaaa",
  "pod-security.kubernetes.io/enforce": "restricted",
};

let admin: ApiServer;
let operator: ApiServer;
beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  admin = new ApiServer(kubernetes, { token: kubernetes.adminToken });
  operator = new ApiServer(kubernetes, { token: await operatorToken(admin, "rights") });
  await handLeaseTo(admin, "rights");
  await tenantNamespace(kubernetes, "rights");
  await using breakGlass = asBreakGlass(kubernetes);
  await create(breakGlass, own, [
    ["secrets", secret("runtime")],
    ["configmaps", configMap("runtime")],
    ["serviceaccounts", serviceAccount("runtime")],
    ["pods", pod("runtime")],
  ]);
  await create(admin, "/api/v1/namespaces/dotmac-system", [
    ["secrets", secret("postgres-operator")],
    ["secrets", secret("redis-operator")],
    ["secrets", secret("platform-ca")],
    ["secrets", secret("vault-unseal-keys")],
    ["configmaps", configMap("platform-ca")],
  ]);
  await create(admin, "/api/v1/namespaces/kube-system", [["secrets", secret("somebody-elses")]]);
  await create(breakGlass, "/api/v1", [["namespaces", namespace("isp-of-somebody-else")]]);
  await create(admin, custom, [["tenants", tenant("rights")]]);
  await create(breakGlass, custom, [["hostclaims", hostClaim("held.example.com")]]);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await admin[Symbol.asyncDispose]();
});

describe("the operator may", () => {
  it.each<Request>([
    ["list tenants", "GET", `${custom}/tenants`],
    ["list plans", "GET", `${custom}/tenantplans`],
    [
      "add a finalizer",
      "PATCH",
      `${custom}/tenants/rights`,
      { metadata: { finalizers: ["dotmac.io/tenant"] } },
    ],
    ["write a tenant's status", "PATCH", `${custom}/tenants/rights/status`, { status: { phase: "Ready" } }],
    ["claim a host", "POST", `${custom}/hostclaims`, hostClaim("new.example.com")],
    ["release a host", "DELETE", `${custom}/hostclaims/held.example.com`],
    ["list retained tenants", "GET", `${custom}/retainedtenants`],
    [
      "record a retained tenant",
      "POST",
      `${custom}/retainedtenants`,
      {
        ...{ apiVersion: "dotmac.io/v1alpha1", kind: "RetainedTenant", metadata: { name: "aaaaaaaaaa" } },
        spec: { tenant: "rights" },
      },
    ],
    ["create a tenant's namespace", "POST", "/api/v1/namespaces", namespace("isp-new", tenantLabels)],
    ["label a tenant's namespace", "PATCH", own, { metadata: { labels: { "dotmac.io/note": "x" } } }],
    ["delete a tenant's namespace", "DELETE", own],
    ["create a tenant's ServiceAccount", "POST", `${own}/serviceaccounts`, serviceAccount("migrator")],
    ["create a tenant's ConfigMap", "POST", `${own}/configmaps`, configMap("platform-ca")],
    ["apply a tenant's ConfigMap", "APPLY", `${own}/configmaps/runtime`, configMap("runtime")],
    ["create a tenant's Secret", "POST", `${own}/secrets`, secret("migrator")],
    ["apply a tenant's Secret", "APPLY", `${own}/secrets/runtime`, secret("runtime")],
    ["read a tenant's Secret", "GET", `${own}/secrets/runtime`],
    ["delete a tenant's Secret", "DELETE", `${own}/secrets/runtime`],
    ["list Secrets of one of its names", "GET", "/api/v1/secrets?fieldSelector=metadata.name%3Druntime"],
    ["create a quota", "POST", `${own}/resourcequotas`, resourceQuota("tenant")],
    ["create limits", "POST", `${own}/limitranges`, limitRange("tenant")],
    ["create a Service", "POST", `${own}/services`, service("runtime")],
    [
      "isolate",
      "POST",
      "/apis/networking.k8s.io/v1/namespaces/isp-rights/networkpolicies",
      networkPolicy("deny-all"),
    ],
    ["route", "POST", "/apis/networking.k8s.io/v1/namespaces/isp-rights/ingresses", ingress("runtime")],
    ["migrate", "POST", "/apis/batch/v1/namespaces/isp-rights/jobs", job("migrate")],
    ["deploy", "POST", "/apis/apps/v1/namespaces/isp-rights/deployments", deployment("runtime")],
    [
      "budget",
      "POST",
      "/apis/policy/v1/namespaces/isp-rights/poddisruptionbudgets",
      disruptionBudget("runtime"),
    ],
    [
      "autoscale",
      "POST",
      "/apis/autoscaling/v2/namespaces/isp-rights/horizontalpodautoscalers",
      sampleOf("horizontalpodautoscalers", "runtime"),
    ],
    ["look for foreign pods", "GET", "/api/v1/pods"],
    ["look for foreign bindings", "GET", `${rbac}/rolebindings`],
    ["look for foreign roles", "GET", `${rbac}/roles`],
    ["look for foreign replica sets", "GET", "/apis/apps/v1/replicasets"],
    ["look for foreign stateful sets", "GET", "/apis/apps/v1/statefulsets"],
    ["look for foreign daemon sets", "GET", "/apis/apps/v1/daemonsets"],
    ["look for foreign replication controllers", "GET", "/api/v1/replicationcontrollers"],
    ["look for foreign cron jobs", "GET", "/apis/batch/v1/cronjobs"],
    ["look for foreign endpoints", "GET", "/apis/discovery.k8s.io/v1/endpointslices"],
    ["read its login to PostgreSQL", "GET", "/api/v1/namespaces/dotmac-system/secrets/postgres-operator"],
    ["read its login to Redis", "GET", "/api/v1/namespaces/dotmac-system/secrets/redis-operator"],
    ["read the local authority", "GET", "/api/v1/namespaces/dotmac-system/secrets/platform-ca"],
    [
      "leave a password for an administrator",
      "POST",
      "/api/v1/namespaces/dotmac-admins/secrets",
      secret("north"),
    ],
    ["write an Event", "POST", "/api/v1/namespaces/default/events", event()],
    ["renew its lease", "PATCH", `${leases}/dotmac-operator`, { spec: { leaseDurationSeconds: 20 } }],
  ])("%s", async (_what, method, path, body) => {
    expect(await ask(method, path, body)).toMatchObject({ status: expect.toSatisfy((code) => code < 300) });
  });

  it("watch Secrets of one of its names", async () => {
    const path = "/api/v1/secrets?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dgateway-tls";
    expect((await operator.send("GET", path, undefined, "application/json;stream=watch")).status).toBe(200);
  });
});

describe("the operator's lease", () => {
  const lease = (name: string) => ({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name },
    spec: { holderIdentity: "rights", leaseDurationSeconds: 15 },
  });

  it("is created by the first candidate, and blocks no other user before that", async () => {
    await using breakGlass = asBreakGlass(inject("kubernetes"));
    expect((await breakGlass.send("DELETE", `${leases}/dotmac-operator`)).status).toBe(200);
    expect((await admin.send("POST", "/api/v1/namespaces?dryRun=All", namespace("anything"))).status).toBe(
      201,
    );
    expect((await operator.send("POST", leases, lease("dotmac-operator"))).status).toBe(201);
  });

  it("cannot be deleted, because without it no replica would be fenced", async () => {
    for (const path of [`${leases}/dotmac-operator`, leases])
      expect((await admin.send("DELETE", `${path}?dryRun=All`)).body.message).toContain("keep the Lease");
  });

  it("is the only Lease that the operator may create", async () => {
    expect((await operator.send("POST", leases, lease("another"))).body.message).toContain(
      "the operator writes only in",
    );
  });
});

describe("RBAC keeps the operator from", () => {
  it.each<Request>([
    ["listing all Secrets", "GET", "/api/v1/secrets"],
    ["listing a namespace's Secrets", "GET", `${own}/secrets`],
    ["reading a Secret of another program", "GET", "/api/v1/namespaces/kube-system/secrets/somebody-elses"],
    [
      "reading another Secret of the platform",
      "GET",
      "/api/v1/namespaces/dotmac-system/secrets/vault-unseal-keys",
    ],
    ["changing its own login", "PATCH", "/api/v1/namespaces/dotmac-system/secrets/postgres-operator", {}],
    ["creating tenants", "POST", `${custom}/tenants`, tenant("made-up")],
    ["deleting tenants", "DELETE", `${custom}/tenants/rights`],
    ["changing plans", "PATCH", `${custom}/tenantplans/standard`, {}],
    ["making roles", "POST", `${rbac}/namespaces/isp-rights/roles`, role("x")],
    ["making bindings", "POST", `${rbac}/namespaces/isp-rights/rolebindings`, roleBinding("x")],
    ["making cluster roles", "POST", `${rbac}/clusterroles`, { ...role("x"), kind: "ClusterRole" }],
    ["widening its own role", "PATCH", `${rbac}/clusterroles/dotmac-operator`, { rules: [] }],
    ["making pods", "POST", `${own}/pods`, pod("x")],
    ["entering pods", "POST", `${own}/pods/runtime/exec?command=sh`],
    ["making tokens", "POST", `${own}/serviceaccounts/runtime/token`, {}],
    ["taking other leases", "PATCH", "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/x", {}],
    ["deleting its lease", "DELETE", `${leases}/dotmac-operator`],
    [
      "removing the policies",
      "DELETE",
      "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/dotmac-operator-fencing",
    ],
    [
      "changing the resources",
      "DELETE",
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tenants.dotmac.io",
    ],
    ["looking at nodes", "GET", "/api/v1/nodes"],
  ])("%s", async (_what, method, path, body) => {
    const answer = await ask(method, path, body);
    expect(answer.body.message).toMatch(/User "system:serviceaccount:dotmac-system:dotmac-operator" cannot /);
    expect(answer.status).toBe(403);
  });

  it("acting as another user", async () => {
    const kubernetes = inject("kubernetes");
    const token = await operatorToken(admin, "impersonator");
    await using disguised = new ApiServer(kubernetes, { token, impersonate: { user: "admin" } });
    expect((await disguised.send("GET", "/api/v1/nodes")).body.message).toContain("cannot impersonate");
  });
});

describe("admission keeps the operator from", () => {
  it.each<Request>([
    ["writing Secrets elsewhere", "POST", "/api/v1/namespaces/kube-system/secrets", secret("x")],
    ["writing Secrets at home", "POST", "/api/v1/namespaces/dotmac-system/secrets", secret("x")],
    ["changing ConfigMaps elsewhere", "DELETE", "/api/v1/namespaces/dotmac-system/configmaps/platform-ca"],
    ["deploying elsewhere", "POST", "/apis/apps/v1/namespaces/default/deployments", deployment("x")],
    [
      "deploying to a namespace that only has the name",
      "POST",
      "/apis/apps/v1/namespaces/isp-of-somebody-else/deployments",
      deployment("x"),
    ],
    ["opening a port to the world", "POST", `${own}/services`, service("x", { type: "LoadBalancer" })],
    ["taking over an address", "POST", `${own}/services`, service("x", { externalIPs: ["203.0.113.7"] })],
    [
      "letting a Secret become a token",
      "POST",
      `${own}/secrets`,
      secret("x", "kubernetes.io/service-account-token"),
    ],
    [
      "writing ConfigMaps beside the passwords",
      "POST",
      "/api/v1/namespaces/dotmac-admins/configmaps",
      configMap("x"),
    ],
    ["making other namespaces", "POST", "/api/v1/namespaces", namespace("new", tenantLabels)],
    [
      "making namespaces without restrictions",
      "POST",
      "/api/v1/namespaces",
      namespace("isp-lax", { "dotmac.io/tenant": "lax", "dotmac.io/tenant-id": "aaaaaaaaaa" }),
    ],
    [
      "making other namespaces a tenant's",
      "PATCH",
      "/api/v1/namespaces/kube-system",
      { metadata: { labels: tenantLabels } },
    ],
    [
      "taking over a namespace of the name",
      "PATCH",
      "/api/v1/namespaces/isp-of-somebody-else",
      { metadata: { labels: tenantLabels } },
    ],
    [
      "giving a namespace to another tenant",
      "PATCH",
      own,
      { metadata: { labels: { "dotmac.io/tenant": "other" } } },
    ],
    [
      "lifting a namespace's restrictions",
      "PATCH",
      own,
      { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
    ],
    ["deleting other namespaces", "DELETE", "/api/v1/namespaces/dotmac-system"],
    ["changing the spec of a Tenant", "PATCH", `${custom}/tenants/rights`, { spec: { plan: "small" } }],
  ])("%s", async (_what, method, path, body) => {
    const answer = await ask(method, path, body);
    // The API server names one of the policies that refuse, and two refuse an external address.
    expect(answer.body.message).toMatch(
      /ValidatingAdmissionPolicy 'dotmac-(operator-(cluster-)?confinement|external-ips)'/,
    );
    expect(answer.status).toBe(403);
  });
});

function ask(method: Method, path: string, body: unknown): Promise<Answer> {
  const separator = path.includes("?") ? "&" : "?";
  const parameters = method === "APPLY" ? "dryRun=All&fieldManager=dotmac-operator&force=true" : "dryRun=All";
  return operator.send(method, method === "GET" ? path : `${path}${separator}${parameters}`, body);
}

async function create(api: ApiServer, base: string, objects: readonly [string, Manifest][]): Promise<void> {
  for (const [plural, object] of objects) {
    const answer = await api.send("POST", `${base}/${plural}`, object);
    if (answer.status !== 201) throw new Error(`expected ${plural} created, found ${answer.body.message}`);
  }
}

function event(): object {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "x", namespace: "default" },
    involvedObject: { apiVersion: "dotmac.io/v1alpha1", kind: "Tenant", name: "rights" },
    reason: "Tested",
  };
}
