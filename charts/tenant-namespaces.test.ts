import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Answer, ApiServer, type Manifest, type Method } from "../crds/test/api-server.ts";
import { asController, asSystem } from "./test/identities.ts";
import {
  configMap,
  deployment,
  job,
  namespace,
  networkPolicy,
  pod,
  replicaSet,
  role,
  roleBinding,
  secret,
  service,
} from "./test/objects.ts";
import { asBreakGlass, tenantNamespace } from "./test/operator-token.ts";

type Write = [what: string, method: Method, path: string, body?: unknown];

const policies = "/apis/networking.k8s.io/v1";
const rbac = "/apis/rbac.authorization.k8s.io/v1";
const deploymentKind = { apiVersion: "apps/v1", kind: "Deployment" };
const replicaSetKind = { apiVersion: "apps/v1", kind: "ReplicaSet" };
const jobKind = { apiVersion: "batch/v1", kind: "Job" };
const debugContainer = {
  name: "debug",
  image: "localhost/x:1",
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};

/** The forbidden writes in a tenant's namespace. The test also runs them in another namespace as a control. */
const writesIn = (name: string): Write[] => [
  ["a NetworkPolicy", "POST", `${policies}/namespaces/${name}/networkpolicies`, networkPolicy("open")],
  [
    "a change of a NetworkPolicy",
    "PATCH",
    `${policies}/namespaces/${name}/networkpolicies/present`,
    labelled,
  ],
  ["the end of a NetworkPolicy", "DELETE", `${policies}/namespaces/${name}/networkpolicies/present`],
  ["a Role", "POST", `${rbac}/namespaces/${name}/roles`, role("reader")],
  ["a RoleBinding", "POST", `${rbac}/namespaces/${name}/rolebindings`, roleBinding("reader")],
  ["a pod", "POST", `/api/v1/namespaces/${name}/pods`, pod("intruder")],
  ["a pod that names an owner", "POST", `/api/v1/namespaces/${name}/pods`, pod("disguised", replicaSetKind)],
  ["a change of a pod", "PATCH", `/api/v1/namespaces/${name}/pods/present`, labelled],
  [
    "a container in a pod",
    "PATCH",
    `/api/v1/namespaces/${name}/pods/present/ephemeralcontainers`,
    { spec: { ephemeralContainers: [debugContainer] } },
  ],
  ["a Deployment", "POST", `/apis/apps/v1/namespaces/${name}/deployments`, deployment("intruder")],
  ["a ReplicaSet", "POST", `/apis/apps/v1/namespaces/${name}/replicasets`, replicaSet("intruder")],
  ["a Job", "POST", `/apis/batch/v1/namespaces/${name}/jobs`, job("intruder")],
  ["a token", "POST", `/api/v1/namespaces/${name}/serviceaccounts/runtime/token`, tokenRequest],
  ["a Secret", "POST", `/api/v1/namespaces/${name}/secrets`, secret("intruder")],
  ["a ConfigMap", "POST", `/api/v1/namespaces/${name}/configmaps`, configMap("intruder")],
  ["a Service", "POST", `/api/v1/namespaces/${name}/services`, service("intruder")],
  ["the end of all accounts", "DELETE", `/api/v1/namespaces/${name}/serviceaccounts`],
];
const labelled = { metadata: { labels: { touched: "yes" } } };
const tokenRequest = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };

let admin: ApiServer;
let breakGlass: ApiServer;
beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  admin = new ApiServer(kubernetes, { token: kubernetes.adminToken });
  breakGlass = asBreakGlass(kubernetes);
  await tenantNamespace(kubernetes, "closed");
  await create(admin, "/api/v1/namespaces", namespace("open"));
  for (const name of ["isp-closed", "open"]) {
    await create(breakGlass, `${policies}/namespaces/${name}/networkpolicies`, networkPolicy("present"));
    await create(breakGlass, `/api/v1/namespaces/${name}/pods`, pod("present"));
    await create(breakGlass, `/api/v1/namespaces/${name}/serviceaccounts`, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "runtime" },
    });
  }
});
afterAll(async () => {
  await breakGlass[Symbol.asyncDispose]();
  await admin[Symbol.asyncDispose]();
});

describe("a tenant's namespace", () => {
  it.each(writesIn("isp-closed"))(
    "refuses an administrator %s, and says how to break the glass",
    async (...write) => {
      const { status, body } = await dryRun(admin, write);
      expect(body.message).toContain(
        "act as a member of dotmac:break-glass (kubectl --as=<your name> --as-group=system:masters --as-group=dotmac:break-glass)",
      );
      expect(status).toBe(403);
    },
  );

  it.each(writesIn("isp-closed"))("lets a member of the break-glass group have %s", async (...write) => {
    expect((await dryRun(breakGlass, write)).status).toBeLessThan(300);
  });

  it("lets an administrator restart a pod, by deletion and by eviction", async () => {
    const path = "/api/v1/namespaces/isp-closed/pods/present";
    expect((await dryRun(admin, ["", "DELETE", path])).status).toBe(200);
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "present" } };
    expect((await dryRun(admin, ["", "POST", `${path}/eviction`, eviction])).status).toBe(201);
  });

  it("accepts the writes that the values list, and no other writes of the same user", async () => {
    const slices = "/apis/discovery.k8s.io/v1/namespaces/isp-closed/endpointslices";
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "x" },
      addressType: "IPv4",
      endpoints: [],
      ports: [],
    };
    await using listed = asController(inject("kubernetes"), "endpointslice-controller");
    expect((await dryRun(listed, ["", "POST", slices, slice])).status).toBe(201);
    await using other = asSystem(inject("kubernetes"), "system:kube-scheduler");
    expect((await dryRun(other, ["", "POST", slices, slice])).body.message).toContain(
      "only the operator writes endpointslices.discovery.k8s.io (here CREATE)",
    );
  });
});

describe("any other namespace", () => {
  it.each(writesIn("open"))("lets an administrator have %s", async (...write) => {
    expect((await dryRun(admin, write)).status).toBeLessThan(300);
  });
});

describe("Kubernetes' own controllers", () => {
  const replicaSets = "/apis/apps/v1/namespaces/isp-closed/replicasets";
  const pods = "/api/v1/namespaces/isp-closed/pods";

  it.each([
    [
      "deployment-controller",
      "a Deployment's ReplicaSets",
      replicaSets,
      replicaSet("runtime-1", deploymentKind),
    ],
    ["replicaset-controller", "a ReplicaSet's pods", pods, pod("runtime-1-a", replicaSetKind)],
    ["job-controller", "a Job's pods", pods, pod("migrate-1", jobKind)],
  ])("%s makes %s", async (controller, _what, path, body) => {
    await using api = as(controller);
    expect((await dryRun(api, ["", "POST", path, body])).status).toBe(201);
  });

  it("change pods and clean up", async () => {
    await using jobs = as("job-controller");
    expect((await dryRun(jobs, ["", "PATCH", `${pods}/present`, labelled])).status).toBe(200);
    await using namespaces = as("namespace-controller");
    const path = `${policies}/namespaces/isp-closed/networkpolicies/present`;
    expect((await dryRun(namespaces, ["", "DELETE", path])).status).toBe(200);
  });

  it("create pods only for the operator's objects", async () => {
    await using api = as("replicaset-controller");
    const stray = await dryRun(api, ["", "POST", pods, pod("stray")]);
    expect(stray.body.message).toContain("pods belong to a Deployment or a Job");
    await using daemons = as("daemon-set-controller");
    const daemon = pod("daemon", { apiVersion: "apps/v1", kind: "DaemonSet" });
    expect((await dryRun(daemons, ["", "POST", pods, daemon])).status).toBe(403);
  });

  function as(controller: string): ApiServer {
    return asController(inject("kubernetes"), controller);
  }
});

describe("the labels of a tenant's namespace", () => {
  const path = "/api/v1/namespaces/isp-closed";

  it.each<[string, Record<string, string | null>]>([
    ["cannot be removed", { "dotmac.io/tenant": null }],
    ["cannot name another tenant", { "dotmac.io/tenant": "other" }],
    ["cannot name other data", { "dotmac.io/tenant-id": "bbbbbbbbbb" }],
    ["cannot lift its restrictions", { "pod-security.kubernetes.io/enforce": "privileged" }],
  ])("%s by an administrator", async (_what, labels) => {
    const answer = await dryRun(admin, ["", "PATCH", path, { metadata: { labels } }]);
    expect(answer.body.message).toContain(
      `the labels of a tenant or changes them (here ${Object.keys(labels)[0]})`,
    );
    expect((await dryRun(breakGlass, ["", "PATCH", path, { metadata: { labels } }])).status).toBe(200);
  });

  it("cannot be set on another namespace", async () => {
    const labels = { "dotmac.io/tenant": "open" };
    const answer = await dryRun(admin, ["", "PATCH", "/api/v1/namespaces/open", { metadata: { labels } }]);
    expect(answer.body.message).toContain("only the operator gives a namespace the labels of a tenant");
  });

  it("belong to the operator, including those of other systems", async () => {
    const answer = await dryRun(admin, ["", "PATCH", path, labelled]);
    expect(answer.body.message).toContain(
      "write them into spec.metadata.namespace of the Tenant, or list those that may be set in admission.namespaceKeys",
    );
    expect((await dryRun(breakGlass, ["", "PATCH", path, labelled])).status).toBe(200);
    expect((await dryRun(admin, ["", "PATCH", "/api/v1/namespaces/open", labelled])).status).toBe(200);
  });
});

async function create(api: ApiServer, path: string, object: Manifest): Promise<void> {
  const answer = await api.send("POST", path, object);
  if (answer.status !== 201) throw new Error(`expected ${object.kind} created, found ${answer.body.message}`);
}

function dryRun(api: ApiServer, [, method, path, body]: Write): Promise<Answer> {
  return api.send(method, `${path}?dryRun=All`, body);
}
