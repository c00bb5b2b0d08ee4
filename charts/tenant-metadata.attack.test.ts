import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ApiServer, type Manifest } from "../crds/test/api-server.ts";
import { faultsOf } from "../crds/test/resource.ts";
import { eventually } from "../operator/src/kubernetes/testing/eventually.ts";
import { extraPolicy } from "./test/extra-policy.ts";
import { asUser } from "./test/identities.ts";
import { tenant } from "./test/objects.ts";
import { render } from "./test/program.ts";

const tenants = "/apis/dotmac.io/v1alpha1/tenants";
const rbac = "/apis/rbac.authorization.k8s.io/v1";
const own = `${tenants}/marked`;

type Place = "namespace" | "pods";
type Sort = "labels" | "annotations";

let admin: ApiServer;
/** May change one Tenant, and nothing else in the cluster. */
let editor: ApiServer;
beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  admin = new ApiServer(kubernetes, { token: kubernetes.adminToken });
  expect((await admin.send("POST", tenants, tenant("marked"))).status).toBe(201);
  await letChange("marked", "editor-of-marked");
  editor = asUser(kubernetes, "editor-of-marked");
});
afterAll(async () => {
  await editor[Symbol.asyncDispose]();
  await admin[Symbol.asyncDispose]();
});

const change = (place: Place, sort: Sort, key: string, value = "x") =>
  editor.send("PATCH", `${own}?dryRun=All`, {
    spec: { metadata: { [place]: { [sort]: { [key]: value } } } },
  });

describe("a user who may change one Tenant", () => {
  it.each<[string, Place, Sort, string]>([
    ["open its namespace to a mesh", "namespace", "labels", "istio-injection"],
    ["imitate a namespace of the platform", "namespace", "labels", "name"],
    ["join a gateway that selects namespaces", "namespace", "labels", "shared-gateway-access"],
    [
      "leave its namespace out of another policy engine",
      "namespace",
      "annotations",
      "policies.kyverno.example/skip",
    ],
    ["imitate a pod that others admit", "pods", "labels", "app"],
    ["add a sidecar", "pods", "labels", "sidecar.istio.io/inject"],
    ["choose the image of a sidecar", "pods", "annotations", "sidecar.istio.io/proxyImage"],
    ["join another network", "pods", "annotations", "k8s.v1.cni.cncf.io/networks"],
    ["take another pod's address", "pods", "annotations", "cni.projectcalico.org/ipAddrs"],
    ["get a device of the node", "pods", "annotations", "io.kubernetes.cri-o.Devices"],
  ])("cannot %s or set any other key that the values do not list", async (_, place, sort, key) => {
    const answer = await change(place, sort, key);
    expect(answer.status).toBe(403);
    expect(answer.body.message).toContain(`spec.metadata.${place}.${sort} has keys`);
    expect(answer.body.message).toContain(`${key}; remove them, or have the platform admin list them`);
  });

  it.each<[string, Place, Sort, string]>([
    ["imitate a neighbour", "namespace", "labels", "dotmac.io/tenant"],
    ["leave the quarantine of its id", "namespace", "labels", "dotmac.io/tenant-id"],
    ["imitate a neighbour's pod", "pods", "labels", "dotmac.io/tenant"],
    ["get laxer pods", "namespace", "labels", "pod-security.kubernetes.io/enforce"],
    ["imitate another namespace", "namespace", "labels", "kubernetes.io/metadata.name"],
    ["choose nodes", "namespace", "annotations", "scheduler.alpha.kubernetes.io/node-selector"],
    ["imitate the gateway", "pods", "labels", "app.kubernetes.io/name"],
    [
      "leave the node's confinement",
      "pods",
      "annotations",
      "container.apparmor.security.beta.kubernetes.io/x",
    ],
    [
      "keep a node from being drained",
      "pods",
      "annotations",
      "cluster-autoscaler.kubernetes.io/safe-to-evict",
    ],
    ["hide a change of its configuration", "pods", "annotations", "dotmac.io/config-checksum"],
  ])("cannot %s, because the schema refuses the key", async (_, place, sort, key) => {
    const faults = faultsOf(await change(place, sort, key));
    expect(faults).toEqual([expect.stringContaining(`spec.metadata.${place}.${sort}: `)]);
    expect(faults[0]).toContain("are Kubernetes' and the operator's own");
  });

  it("may change other fields, but not together with such a key", async () => {
    const patch = { spec: { displayName: "Other" } };
    expect((await editor.send("PATCH", `${own}?dryRun=All`, patch)).status).toBe(200);
    const both = { spec: { ...patch.spec, metadata: { pods: { labels: { app: "gateway" } } } } };
    expect((await editor.send("PATCH", `${own}?dryRun=All`, both)).status).toBe(403);
    expect((await editor.send("PATCH", `${tenants}/other?dryRun=All`, patch)).status).toBe(403);
  });

  it("cannot create another Tenant with such a key, neither by create, replace nor apply", async () => {
    const marked = tenant("marked", { metadata: { pods: { labels: { app: "gateway" } } } });
    const { resourceVersion } = (await admin.send("GET", own)).body.metadata;
    const replaced = { ...marked, metadata: { ...marked.metadata, resourceVersion } };
    expect((await editor.send("PUT", `${own}?dryRun=All`, replaced)).status).toBe(403);
    const applied = await editor.send("APPLY", `${own}?dryRun=All&fieldManager=editor&force=true`, marked);
    expect(applied.status).toBe(403);
    expect(applied.body.message).toContain("spec.metadata.pods.labels");
    const created = { ...marked, metadata: { name: "fresh" } };
    expect((await admin.send("POST", `${tenants}?dryRun=All`, created)).status).toBe(403);
  });
});

describe("keys that the values list", () => {
  it.each<[Place, Sort, string]>([
    ["namespace", "labels", "team"],
    ["namespace", "annotations", "example.com/any"],
    ["pods", "labels", "team"],
    ["pods", "annotations", "example.com/any"],
  ])("may be set: on %s, as %s, %s", async (place, sort, key) => {
    expect((await change(place, sort, key)).body.spec.metadata[place][sort]).toEqual({ [key]: "x" });
  });

  it.each<[Place, Sort, string]>([
    ["namespace", "labels", "example.com/any"],
    ["pods", "labels", "teams"],
    ["pods", "annotations", "example.com.evil/any"],
  ])(
    "are allowed only in their place, for their sort, whole or up to a slash: on %s, as %s, not %s",
    async (...asked) => {
      expect((await change(...asked)).status).toBe(403);
    },
  );

  it("may stay and be removed once they are no longer listed", async () => {
    const path = `${tenants}/kept`;
    const labelled = (team: string | null) => ({ spec: { metadata: { pods: { labels: { team } } } } });
    expect((await admin.send("POST", tenants, tenant("kept", labelled("blue").spec))).status).toBe(201);
    await using _stricter = await extraPolicy(admin, "dotmac-tenant-metadata", []);
    await eventually("the stricter policy is in force", async () => {
      const fresh = tenant("fresh", labelled("blue").spec);
      return (await admin.send("POST", `${tenants}?dryRun=All`, fresh)).status === 403;
    });
    const dryRun = (patch: object) => admin.send("PATCH", `${path}?dryRun=All`, patch);
    expect((await dryRun({ spec: { displayName: "Other" } })).status).toBe(200);
    expect((await dryRun({ metadata: { finalizers: ["dotmac.io/tenant"] } })).status).toBe(200);
    expect((await dryRun(labelled("red"))).status).toBe(403);
    expect((await dryRun(labelled(null))).status).toBe(200);
  });

  it.each(["pod-security.kubernetes.io/enforce", "kubernetes.io/", "dotmac.io/tenant", "x.k8s.io/y"])(
    "cannot include %s, and the chart says so",
    async (key) => {
      const setting = `config.tenantMetadata.namespace.labels[0]=${key.replaceAll(".", "\\.")}`;
      await expect(render([setting])).rejects.toThrow(
        `config.tenantMetadata.namespace.labels: remove ${key}: no Tenant may set keys of kubernetes.io`,
      );
    },
  );
});

/** Gives a user the right to read and change the Tenant of that name. */
async function letChange(name: string, user: string): Promise<void> {
  const api = "rbac.authorization.k8s.io";
  const metadata = { name: user };
  const rules = [
    {
      apiGroups: ["dotmac.io"],
      resources: ["tenants"],
      resourceNames: [name],
      verbs: ["get", "patch", "update"],
    },
  ];
  const binding = {
    roleRef: { apiGroup: api, kind: "ClusterRole", name: user },
    subjects: [{ kind: "User", name: user, apiGroup: api }],
  };
  const objects: [string, Manifest][] = [
    ["clusterroles", { apiVersion: `${api}/v1`, kind: "ClusterRole", metadata, rules }],
    ["clusterrolebindings", { apiVersion: `${api}/v1`, kind: "ClusterRoleBinding", metadata, ...binding }],
  ];
  for (const [plural, object] of objects)
    expect((await admin.send("POST", `${rbac}/${plural}`, object)).status).toBe(201);
}
