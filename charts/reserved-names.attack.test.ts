import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Answer, ApiServer, type Manifest, type Method } from "../crds/test/api-server.ts";
import { asSystem } from "./test/identities.ts";
import { configMap, hostClaim, job, namespace, secret, serviceAccount, tenant } from "./test/objects.ts";
import { asBreakGlass, handLeaseTo, operatorToken, tenantNamespace } from "./test/operator-token.ts";

type Write = [what: string, method: Method, path: string, body?: unknown];

const custom = "/apis/dotmac.io/v1alpha1";
const namespaces = "/api/v1/namespaces";
const own = `${namespaces}/isp-reserved`;
const ours = { "app.kubernetes.io/managed-by": "dotmac-operator", "dotmac.io/tenant": "reserved" };

/** Has all rights in the cluster by RBAC, but not the break-glass group. */
let administrator: ApiServer;
let breakGlass: ApiServer;
let operator: ApiServer;
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  administrator = opened.use(new ApiServer(kubernetes, { token: kubernetes.adminToken }));
  breakGlass = opened.use(asBreakGlass(kubernetes));
  operator = opened.use(new ApiServer(kubernetes, { token: await operatorToken(administrator, "reserved") }));
  await handLeaseTo(administrator, "reserved");
  await tenantNamespace(kubernetes, "reserved");
  await create(administrator, namespaces, namespace("elsewhere"));
  await create(administrator, `${custom}/tenants`, tenant("reserved"));
  await create(breakGlass, `${custom}/hostclaims`, hostClaim("reserved.example.com"));
});
afterAll(() => opened.disposeAsync());

describe("a tenant's namespace, for a user who may write namespaces,", () => {
  it.each<Write>([
    [
      "cannot be created by its name, because Vault would give its keys to the account runtime",
      "POST",
      namespaces,
      namespace("isp-retained-abcdefghij"),
    ],
    [
      "cannot be created by server-side apply",
      "APPLY",
      `${namespaces}/isp-retained-abcdefghij`,
      namespace("isp-retained-abcdefghij"),
    ],
    ["cannot lose its label", "PATCH", own, { metadata: { labels: { "dotmac.io/tenant": null } } }],
    [
      "cannot lose its label through its status",
      "PATCH",
      `${own}/status`,
      { metadata: { labels: { "dotmac.io/tenant": null } } },
    ],
    [
      "cannot be replaced through its status",
      "PUT",
      `${own}/status`,
      { ...namespace("isp-reserved"), status: {} },
    ],
    [
      "cannot become another tenant's",
      "PATCH",
      own,
      { metadata: { labels: { "dotmac.io/tenant": "other" } } },
    ],
    [
      "cannot admit laxer pods",
      "PATCH",
      `${own}/status`,
      { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
    ],
    [
      "cannot get an older version of Pod Security",
      "PATCH",
      own,
      { metadata: { labels: { "pod-security.kubernetes.io/enforce-version": "v1.0" } } },
    ],
    [
      "cannot get labels that make other systems change pods",
      "PATCH",
      own,
      { metadata: { labels: { "istio-injection": "enabled" } } },
    ],
    [
      "cannot get annotations that the scheduler reads",
      "PATCH",
      own,
      { metadata: { annotations: { "scheduler.alpha.kubernetes.io/node-selector": "a=b" } } },
    ],
    [
      "cannot get a finalizer that keeps it",
      "PATCH",
      own,
      { metadata: { finalizers: ["example.com/keep"] } },
    ],
    [
      "cannot be finalized",
      "PUT",
      `${own}/finalize`,
      { ...namespace("isp-reserved"), spec: { finalizers: [] } },
    ],
    ["cannot be deleted", "DELETE", own],
  ])("%s", async (_what, method, path, body) => {
    expect(refusalOf(await dryRun(administrator, method, path, body))).toContain(
      "act as a member of dotmac:break-glass",
    );
  });

  it.each<Write>([
    ["create it by name", "POST", namespaces, namespace("isp-by-hand")],
    ["change its label", "PATCH", `${own}/status`, { metadata: { labels: { "dotmac.io/tenant": null } } }],
    ["delete it", "DELETE", own],
  ])("lets a member of the break-glass group %s", async (_what, method, path, body) => {
    expect((await dryRun(breakGlass, method, path, body)).status).toBeLessThan(300);
  });

  it.each<Write>([
    ["made", "POST", namespaces, namespace("another-team")],
    [
      "labelled",
      "PATCH",
      `${namespaces}/elsewhere`,
      { metadata: { labels: { team: "x" }, finalizers: ["example.com/keep"] } },
    ],
    [
      "restricted",
      "PATCH",
      `${namespaces}/elsewhere`,
      { metadata: { labels: { "pod-security.kubernetes.io/enforce": "baseline" } } },
    ],
    ["deleted", "DELETE", `${namespaces}/elsewhere`],
  ])("is protected, but another namespace can be %s", async (_what, method, path, body) => {
    expect((await dryRun(administrator, method, path, body)).status).toBeLessThan(300);
  });

  it.each([
    ["tenant", { "dotmac.io/tenant": "x" }],
    ["id", { "dotmac.io/tenant-id": "aaaaaaaaaa" }],
    ["operator", { "app.kubernetes.io/managed-by": "dotmac-operator" }],
  ])("cannot be made from another namespace by the label of its %s", async (_what, labels) => {
    const body = { metadata: { labels } };
    expect(refusalOf(await dryRun(administrator, "PATCH", `${namespaces}/elsewhere`, body))).toContain(
      "create or change a Tenant instead",
    );
  });
});

describe("the operator's label", () => {
  it.each<[string, string, (labels: object) => Manifest]>([
    ["ConfigMap", "/api/v1/namespaces/elsewhere/configmaps", (labels) => labelled(configMap("x"), labels)],
    [
      "ServiceAccount",
      "/api/v1/namespaces/elsewhere/serviceaccounts",
      (labels) => labelled(serviceAccount("x"), labels),
    ],
    ["Job", "/apis/batch/v1/namespaces/elsewhere/jobs", (labels) => labelled(job("x"), labels)],
    [
      "Secret of administrators",
      "/api/v1/namespaces/dotmac-admins/secrets",
      (labels) => labelled(secret("x"), labels),
    ],
  ])("cannot be set on another program's %s", async (_what, path, object) => {
    expect(refusalOf(await dryRun(administrator, "POST", path, object(ours)))).toContain(
      "is reserved for objects of DotMac's operator: write another value",
    );
    const other = { ...ours, "app.kubernetes.io/managed-by": "Helm" };
    expect((await dryRun(administrator, "POST", path, object(other))).status).toBe(201);
  });

  it("cannot be added to an existing object", async () => {
    const path = "/api/v1/namespaces/elsewhere/configmaps/kept";
    await create(administrator, "/api/v1/namespaces/elsewhere/configmaps", configMap("kept"));
    const body = { metadata: { labels: ours } };
    expect(refusalOf(await dryRun(administrator, "PATCH", path, body))).toContain("is reserved");
    expect((await dryRun(administrator, "PATCH", path, { metadata: { labels: { a: "b" } } })).status).toBe(
      200,
    );
  });

  it("does not stop an administrator from changing the operator's Secrets in dotmac-admins", async () => {
    const secrets = "/api/v1/namespaces/dotmac-admins/secrets";
    await create(operator, secrets, labelled(secret("reserved"), ours));
    expect(
      (
        await dryRun(administrator, "PATCH", `${secrets}/reserved`, {
          metadata: { annotations: { read: "yes" } },
        })
      ).status,
    ).toBe(200);
    expect((await dryRun(administrator, "DELETE", `${secrets}/reserved`)).status).toBe(200);
  });
});

describe("the list of retained tenants", () => {
  const list = `${custom}/retainedtenants`;
  const entry = {
    ...{ apiVersion: "dotmac.io/v1alpha1", kind: "RetainedTenant", metadata: { name: "k3v7q2mzxa" } },
    spec: { tenant: "reserved" },
  };
  beforeAll(() => create(operator, list, entry));

  it.each([
    ["one", "/k3v7q2mzxa"],
    ["all", ""],
  ])(
    "keeps its entries when an administrator deletes %s, and the answer says how to purge",
    async (_what, path) => {
      const refusal = refusalOf(await dryRun(administrator, "DELETE", `${list}${path}`));
      expect(refusal).toContain("deleting one destroys no data");
      const purge = `kubectl patch retainedtenant k3v7q2mzxa --type=merge -p '{"spec":{"purge":"reserved"}}'`;
      expect(refusal).toContain(purge);
    },
  );

  it("accepts entries and statuses from the operator only", async () => {
    const other = { ...entry, metadata: { name: "aaaaaaaaaa" } };
    expect(refusalOf(await dryRun(administrator, "POST", list, other))).toContain(
      "delete a Tenant, and the operator",
    );
    const status = { status: { state: "Destroying" } };
    const answer = await dryRun(administrator, "PATCH", `${list}/k3v7q2mzxa/status`, status);
    expect(refusalOf(answer)).toContain("the operator writes the status");
    expect((await dryRun(operator, "PATCH", `${list}/k3v7q2mzxa/status`, status)).status).toBe(200);
  });

  it("is purged only with the name of the Tenant", async () => {
    const purge = (name: string) =>
      dryRun(administrator, "PATCH", `${list}/k3v7q2mzxa`, { spec: { purge: name } });
    expect((await purge("reserved")).status).toBe(200);
    expect((await purge("another")).status).toBe(422);
    expect((await dryRun(operator, "DELETE", `${list}/k3v7q2mzxa`)).status).toBe(200);
  });
});

describe("the finalizer of a Tenant, which keeps it until its pods are stopped,", () => {
  const path = `${custom}/tenants/finalized`;
  const without = { metadata: { finalizers: null } };
  beforeAll(() =>
    create(administrator, `${custom}/tenants`, {
      ...tenant("finalized"),
      metadata: { name: "finalized", finalizers: ["dotmac.io/tenant", "example.com/other"] },
    }),
  );

  it("cannot be removed by an administrator, neither by a patch nor by a replacement without it", async () => {
    const { body } = await administrator.send("GET", path);
    const { finalizers: _, ...metadata } = body.metadata;
    for (const [method, change] of [
      ["PATCH", without],
      ["PATCH", { metadata: { finalizers: ["example.com/other"] }, spec: { paused: true } }],
      ["PUT", { ...body, metadata }],
    ] as const) {
      expect(refusalOf(await dryRun(administrator, method, path, change))).toContain(
        "keep the finalizer dotmac.io/tenant in metadata.finalizers",
      );
    }
  });

  it("does not block other finalizers and other changes", async () => {
    const others = { metadata: { finalizers: ["dotmac.io/tenant"] }, spec: { paused: true } };
    expect((await dryRun(administrator, "PATCH", path, others)).status).toBe(200);
  });

  it.each([
    ["the operator", () => operator],
    ["the break-glass group", () => breakGlass],
  ])("can be removed by %s", async (_who, api) => {
    expect((await dryRun(api(), "PATCH", path, without)).status).toBe(200);
  });
});

describe("data that the operator publishes about tenants", () => {
  const status = `${custom}/tenants/reserved/status`;
  it.each<Write>([
    ["the status of a Tenant", "PATCH", status, { status: { phase: "Ready" } }],
    ["the id that its data go by", "APPLY", status, { ...tenant("reserved"), status: { id: "aaaaaaaaaa" } }],
    ["a host's claim", "POST", `${custom}/hostclaims`, hostClaim("south.example.com")],
    ["the end of a claim", "DELETE", `${custom}/hostclaims/reserved.example.com`],
    ["the end of all claims", "DELETE", `${custom}/hostclaims`],
    [
      "a claim's labels",
      "PATCH",
      `${custom}/hostclaims/reserved.example.com`,
      { metadata: { labels: { "dotmac.io/tenant": null } } },
    ],
  ])("cannot be written by others: %s", async (_what, method, path, body) => {
    const answer = await dryRun(administrator, method, path, body);
    expect(refusalOf(answer)).toMatch(
      /only the operator writes (tenants.dotmac.io\/status|hostclaims.dotmac.io): (change|write)/,
    );
    const mine = await dryRun(operator, method === "APPLY" ? "PATCH" : method, path, body);
    // RBAC gives the operator no collections and no replacement with another uid.
    if (path !== `${custom}/hostclaims` || method === "POST") expect(mine.status).toBeLessThan(300);
  });

  it("does not stop platform admins from writing Tenants and plans", async () => {
    expect(
      (await dryRun(administrator, "PATCH", `${custom}/tenants/reserved`, { spec: { displayName: "Other" } }))
        .status,
    ).toBe(200);
    expect((await dryRun(administrator, "DELETE", `${custom}/tenants/reserved`)).status).toBe(200);
  });
});

describe("Kubernetes' own controllers", () => {
  it("may finalize a tenant's namespace, but not remove its labels", async () => {
    await using controller = asSystem(
      inject("kubernetes"),
      "system:serviceaccount:kube-system:namespace-controller",
    );
    const path = `${own}/status`;
    expect((await dryRun(controller, "PATCH", path, { status: { phase: "Active" } })).status).toBe(200);
    expect(
      refusalOf(
        await dryRun(controller, "PATCH", path, { metadata: { labels: { "dotmac.io/tenant": null } } }),
      ),
    ).toContain("only the operator gives");
  });
});

function labelled(object: Manifest, labels: object): Manifest {
  return { ...object, metadata: { ...object.metadata, labels } };
}

async function create(api: ApiServer, path: string, object: Manifest): Promise<void> {
  const answer = await api.send("POST", path, object);
  if (answer.status !== 201) throw new Error(`expected ${object.kind} created, found ${answer.body.message}`);
}

function dryRun(api: ApiServer, method: Method, path: string, body?: unknown): Promise<Answer> {
  const parameters = method === "APPLY" ? "dryRun=All&fieldManager=test&force=true" : "dryRun=All";
  return api.send(method, `${path}?${parameters}`, body);
}

function refusalOf({ status, body }: Answer): string {
  return status === 403 ? body.message : `expected 403, found ${status} ${JSON.stringify(body)}`;
}
