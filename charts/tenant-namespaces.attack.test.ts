import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Answer, ApiServer, type Manifest, type Method } from "../crds/test/api-server.ts";
import { asController, asUser, letEdit, type Rule, rulesOfEdit } from "./test/identities.ts";
import { pod, resourceQuota, secret } from "./test/objects.ts";
import { asBreakGlass, tenantNamespace } from "./test/operator-token.ts";
import { sampleOf, samples } from "./test/samples.ts";

const own = "isp-attacked";
const colleague = "colleague";

let admin: ApiServer;
let breakGlass: ApiServer;
let attacker: ApiServer;
let allowedByEdit: Rule[];
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  admin = opened.use(new ApiServer(kubernetes, { token: kubernetes.adminToken }));
  breakGlass = opened.use(asBreakGlass(kubernetes));
  attacker = opened.use(asUser(kubernetes, colleague));
  await tenantNamespace(kubernetes, "attacked");
  await tenantNamespace(kubernetes, "neighbour");
  await letEdit(kubernetes, own, colleague);
  allowedByEdit = await rulesOfEdit(admin);
  for (const { path, object } of samples(own)) {
    // An Event exists in both of its groups.
    const { status, body } = await breakGlass.send("POST", path, object);
    if (status !== 201 && status !== 409) throw new Error(`expected ${object.kind}, found ${body.message}`);
  }
  await create(breakGlass, `/api/v1/namespaces/isp-neighbour/secrets`, secret("runtime"));
  await create(breakGlass, `/api/v1/namespaces/isp-neighbour/resourcequotas`, resourceQuota("tenant"));
}, 60_000);
afterAll(() => opened.disposeAsync());

/** The writes that every client with the RBAC right may do in a tenant's namespace. */
const free = ["delete pods", "deletecollection pods", "create pods/eviction"];

describe("a user with the role edit in a tenant's namespace", () => {
  it("cannot do any write of that role in this API server's version, except the free ones", async () => {
    const writes = writesOf(allowedByEdit);
    expect(writes.length).toBeGreaterThan(100);
    for (const write of writes) {
      const answer = await attempt(attacker, write);
      // The role contains old requests that are no longer served, such as deployments/rollback.
      if (answer === undefined || answer.body.message === notServed) continue;
      const expected = free.includes(nameOf(write)) ? "allowed" : "refused";
      expect([nameOf(write), outcomeOf(answer)]).toEqual([nameOf(write), expected]);
    }
  });

  it("is refused by policy and not by mistake: a member of the break-glass group can do the same writes", async () => {
    for (const write of writesOf(allowedByEdit)) {
      const answer = await attempt(breakGlass, write);
      expect([nameOf(write), answer?.status === 403]).toEqual([nameOf(write), false]);
    }
  });

  it.each<[string, string]>([
    ["exec", "pods/present/exec?command=sh&stdout=true"],
    ["attach", "pods/present/attach?stdout=true"],
    ["port-forward", "pods/present/portforward?ports=8443"],
    ["the proxy to a pod", "pods/present/proxy/"],
    ["the proxy to a Service", "services/present/proxy/"],
  ])("cannot enter a pod by %s, neither by GET nor by POST", async (_what, path) => {
    for (const method of ["GET", "POST"] as const) {
      const { status, body } = await attacker.send(method, `/api/v1/namespaces/${own}/${path}`);
      expect(String(body.message ?? body)).toMatch(
        /it reaches the passwords and customers of the tenant|cannot (get|create)/,
      );
      expect(status).toBe(403);
      const open = await breakGlass.send(method, `/api/v1/namespaces/${own}/${path}`);
      expect(open.status).not.toBe(403);
    }
  });

  it("may act as the tenant's account, which has no rights, but gets no token of it", async () => {
    const kubernetes = inject("kubernetes");
    const user = `system:serviceaccount:${own}:present`;
    await using account = asUser(kubernetes, user);
    for (const path of ["secrets", "pods", "configmaps"])
      expect((await account.send("GET", `/api/v1/namespaces/${own}/${path}`)).status).toBe(403);
    const token = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { audiences: ["vault"] },
    };
    const asked = await attacker.send(
      "POST",
      `/api/v1/namespaces/${own}/serviceaccounts/present/token`,
      token,
    );
    expect(asked.body.message).toContain("its owner could act as the tenant");
  });
});

const notServed = "the server could not find the requested resource";

interface Check {
  readonly level: 1 | 2 | 3;
  readonly name: string;
  /** Requests that must all be refused, with the text of the refusal. */
  readonly attack?: readonly (readonly [Method, string, unknown, RegExp])[];
  /** A pod spec that even Kubernetes' own controllers must not be able to create. */
  readonly pod?: object;
  readonly notApplicable?: string;
}

const policy = /only the operator writes/;
/** The API server names one of the policies that refuse, and a second one refuses external addresses. */
const servicePolicies = /only the operator writes|a Service with the address of another one/;
const rbac = /cannot (list|get|create|delete|patch) resource/;
const container = (more: object) => ({ containers: [{ ...compliant, ...more }] });
const compliant = {
  name: "main",
  image: "localhost/x:1",
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};
const context = (more: object) => container({ securityContext: { ...compliant.securityContext, ...more } });
const inside = (plural: string) => `/api/v1/namespaces/${own}/${plural}`;

/** The checks of the multi-tenancy benchmark (kubectl-mtb), by its names and profile levels. */
const benchmark: Check[] = [
  {
    level: 1,
    name: "block access to cluster resources",
    attack: [
      ["GET", "/api/v1/nodes", undefined, rbac],
      ["GET", "/api/v1/persistentvolumes", undefined, rbac],
      ["GET", "/api/v1/namespaces", undefined, rbac],
      ["POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {}, rbac],
      ["GET", "/apis/dotmac.io/v1alpha1/tenants", undefined, rbac],
    ],
  },
  {
    level: 1,
    name: "block multi-tenant resources",
    attack: [
      ["DELETE", `/apis/networking.k8s.io/v1/namespaces/${own}/networkpolicies/present`, undefined, policy],
      [
        "PATCH",
        inside("serviceaccounts/present"),
        { metadata: { labels: { "dotmac.io/tenant": "x" } } },
        policy,
      ],
      ["PATCH", `/api/v1/namespaces/${own}`, { metadata: { labels: { "dotmac.io/tenant": "x" } } }, rbac],
    ],
  },
  {
    level: 1,
    name: "block other tenants' resources",
    attack: [
      ["GET", "/api/v1/namespaces/isp-neighbour/secrets/runtime", undefined, rbac],
      ["GET", "/api/v1/namespaces/isp-neighbour/pods", undefined, rbac],
      ["DELETE", "/api/v1/namespaces/isp-neighbour/resourcequotas/tenant", undefined, rbac],
    ],
  },
  {
    level: 1,
    name: "block modification of resource quotas",
    attack: [
      ["PATCH", inside("resourcequotas/present"), { spec: { hard: { pods: "99" } } }, rbac],
      ["DELETE", inside("resourcequotas/present"), undefined, rbac],
      ["POST", inside("resourcequotas"), resourceQuota("more"), rbac],
    ],
  },
  {
    level: 1,
    name: "block add capabilities",
    pod: context({ capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } }),
  },
  {
    level: 1,
    name: "block privileged containers",
    pod: context({ privileged: true, allowPrivilegeEscalation: true }),
  },
  { level: 1, name: "block privilege escalation", pod: context({ allowPrivilegeEscalation: true }) },
  { level: 1, name: "block use of host path", pod: { volumes: [{ name: "h", hostPath: { path: "/" } }] } },
  {
    level: 1,
    name: "block use of bind mounts",
    pod: {
      volumes: [{ name: "h", hostPath: { path: "/var/run" } }],
      ...container({ volumeMounts: [{ name: "h", mountPath: "/h" }] }),
    },
  },
  { level: 1, name: "block use of host networking", pod: { hostNetwork: true } },
  {
    level: 1,
    name: "block use of host ports",
    pod: container({ ports: [{ containerPort: 80, hostPort: 80 }] }),
  },
  { level: 1, name: "block use of host PID", pod: { hostPID: true } },
  { level: 1, name: "block use of host IPC", pod: { hostIPC: true } },
  {
    level: 1,
    name: "require run as non-root user",
    pod: { securityContext: { runAsNonRoot: false, runAsUser: 0 } },
  },
  { level: 1, name: "block use of NodePort Services", attack: serviceAttacks() },
  {
    level: 1,
    name: "configure namespace quotas",
    notApplicable:
      "the operator makes ResourceQuota and LimitRange before anything runs: e2e/tests/operator.test.ts deletes each and sees it come back",
  },
  {
    level: 1,
    name: "configure namespace object quotas",
    notApplicable: "only the operator creates objects there, and the test of its builder covers its quota",
  },
  {
    level: 1,
    name: "require PersistentVolumeClaim reclaim policy",
    attack: [["POST", inside("persistentvolumeclaims"), sampleOf("persistentvolumeclaims", "x"), policy]],
  },
  {
    level: 1,
    name: "require always imagePullPolicy",
    notApplicable:
      "only Tenants name images, and only platform admins write Tenants: no other user could start a private image",
  },
  {
    level: 1,
    name: "default deny of network connections across tenants",
    attack: [
      [
        "PATCH",
        `/apis/networking.k8s.io/v1/namespaces/${own}/networkpolicies/present`,
        { spec: { ingress: [{}] } },
        policy,
      ],
    ],
  },
  {
    level: 2,
    name: "create network policies by oneself",
    attack: [
      [
        "POST",
        `/apis/networking.k8s.io/v1/namespaces/${own}/networkpolicies`,
        sampleOf("networkpolicies", "open"),
        policy,
      ],
    ],
  },
  {
    level: 2,
    name: "create role bindings by oneself",
    attack: [["POST", `/apis/rbac.authorization.k8s.io/v1/namespaces/${own}/rolebindings`, {}, rbac]],
  },
  {
    level: 3,
    name: "block role privilege escalation",
    attack: [
      ["POST", `/apis/rbac.authorization.k8s.io/v1/namespaces/${own}/roles`, {}, rbac],
      ["PATCH", "/apis/rbac.authorization.k8s.io/v1/clusterroles/edit", { rules: [] }, rbac],
    ],
  },
];

describe("the multi-tenancy benchmark", () => {
  it("has all of its 23 checks here", () => {
    expect(benchmark).toHaveLength(23);
    for (const { attack, pod, notApplicable } of benchmark)
      expect([attack, pod, notApplicable].filter((one) => one !== undefined)).toHaveLength(1);
  });

  it.each(benchmark.filter(({ attack }) => attack))("level $level: $name", async ({ attack = [] }) => {
    for (const [method, path, body, words] of attack) {
      const { status, body: answer } = await dryRun(attacker, method, path, body);
      expect(answer.message).toMatch(words);
      expect(status).toBe(403);
    }
  });

  it.each(benchmark.filter(({ pod }) => pod))(
    "level $level: $name, for the user by policy and for a controller by Pod Security",
    async ({ pod: spec = {} }) => {
      const bad = podWith(spec);
      const byColleague = await dryRun(attacker, "POST", inside("pods"), bad);
      expect(byColleague.status).toBe(403);
      await using controller = asController(inject("kubernetes"), "replicaset-controller");
      const byController = await dryRun(controller, "POST", inside("pods"), bad);
      expect(byController.body.message).toContain('violates PodSecurity "restricted');
      expect((await dryRun(controller, "POST", inside("pods"), podWith({}))).status).toBe(201);
    },
  );
});

function podWith(more: object): Manifest {
  const owned = pod("x", { apiVersion: "apps/v1", kind: "ReplicaSet" });
  return { ...owned, spec: { ...owned.spec, ...more } };
}

function serviceAttacks(): NonNullable<Check["attack"]> {
  const spec = (more: object) => {
    const service = sampleOf("services", "x");
    return { ...service, spec: { ports: [{ port: 53 }], ...more } };
  };
  return [
    { type: "NodePort" },
    { type: "LoadBalancer" },
    { type: "ClusterIP", externalIPs: ["10.96.0.10"] },
    { type: "ExternalName", externalName: "postgres.dotmac-system.svc.cluster.local" },
  ].map((more) => ["POST", inside("services"), spec(more), servicePolicies] as const);
}

type WriteVerb = "create" | "update" | "patch" | "delete" | "deletecollection";
interface Write {
  readonly verb: WriteVerb;
  readonly group: string;
  readonly resource: string;
}

/** Every write that the rules allow, once. */
function writesOf(rules: readonly Rule[]): Write[] {
  const verbs: readonly string[] = ["create", "update", "patch", "delete", "deletecollection"];
  const all = rules.flatMap((rule) =>
    (rule.apiGroups ?? []).flatMap((group) =>
      (rule.resources ?? []).flatMap((resource) =>
        rule.verbs.filter((verb) => verbs.includes(verb)).map((verb) => ({ verb, group, resource }) as Write),
      ),
    ),
  );
  return [...new Map(all.map((write) => [`${write.group} ${nameOf(write)}`, write])).values()];
}

function nameOf({ verb, resource }: Write): string {
  return `${verb} ${resource}`;
}

/** Sends it as a dry run. Returns undefined if the API server has no such request. */
async function attempt(api: ApiServer, { verb, group, resource }: Write): Promise<Answer | undefined> {
  const [plural = "", subresource] = resource.split("/");
  const sample = samples(own).find((one) => one.plural === plural && one.group === group);
  if (sample === undefined) {
    // The role still contains old kinds that are no longer served, such as extensions/ingresses.
    expect([nameOf({ verb, group, resource }), await isServed(group, plural)]).toEqual([
      nameOf({ verb, group, resource }),
      false,
    ]);
    return undefined;
  }
  if (["exec", "attach", "portforward", "proxy"].includes(subresource ?? "")) return undefined;
  const one = `${sample.path}/present${subresource ? `/${subresource}` : ""}`;
  const labels = { metadata: { labels: { touched: "yes" } } };
  if (subresource === "eviction")
    return dryRun(api, "POST", one, {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name: "present" },
    });
  if (subresource === "token")
    return dryRun(api, "POST", one, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {},
    });
  if (subresource === "ephemeralcontainers")
    return dryRun(api, "PATCH", one, { spec: { ephemeralContainers: [{ ...compliant, name: "debug" }] } });
  switch (verb) {
    case "create":
      return subresource
        ? undefined
        : dryRun(api, "POST", sample.path, { ...sample.object, metadata: { name: "another" } });
    case "patch":
      return dryRun(api, "PATCH", one, subresource === "scale" ? { spec: { replicas: 2 } } : labels);
    case "update": {
      const { status, body } = await admin.send("GET", one);
      if (status !== 200) return undefined;
      return dryRun(
        api,
        "PUT",
        one,
        subresource === "scale"
          ? { ...body, spec: { replicas: 2 } }
          : { ...body, metadata: { ...body.metadata, ...labels.metadata } },
      );
    }
    case "delete":
      return subresource ? undefined : dryRun(api, "DELETE", one);
    case "deletecollection":
      return subresource ? undefined : dryRun(api, "DELETE", sample.path);
  }
}

async function isServed(group: string, plural: string): Promise<boolean> {
  const versions = group === "" ? ["/api/v1"] : await versionsOf(group);
  for (const version of versions) {
    const { body } = await admin.send("GET", version);
    if (body.resources?.some(({ name }: { name: string }) => name === plural)) return true;
  }
  return false;
}

async function versionsOf(group: string): Promise<string[]> {
  const { status, body } = await admin.send("GET", `/apis/${group}`);
  if (status !== 200) return [];
  return body.versions.map(({ groupVersion }: { groupVersion: string }) => `/apis/${groupVersion}`);
}

function outcomeOf({ status, body }: Answer): string {
  if (status < 300) return "allowed";
  const byPolicy = status === 403 && String(body.message).includes("act as a member of dotmac:break-glass");
  return byPolicy ? "refused" : `${status} ${body.message}`;
}

async function create(api: ApiServer, path: string, object: Manifest): Promise<void> {
  const answer = await api.send("POST", path, object);
  if (answer.status !== 201) throw new Error(`expected ${object.kind} created, found ${answer.body.message}`);
}

function dryRun(api: ApiServer, method: Method, path: string, body?: unknown): Promise<Answer> {
  const query = method === "GET" ? "" : "?dryRun=All";
  return api.send(method, `${path}${query}`, body);
}
