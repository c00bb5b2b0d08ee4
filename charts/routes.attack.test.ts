import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Answer, ApiServer, type Manifest } from "../crds/test/api-server.ts";
import { untilServed } from "../crds/test/until-served.ts";
import { until } from "../harness/machine/until.ts";
import { extraPolicy } from "./test/extra-policy.ts";
import { hostClaim, namespace } from "./test/objects.ts";
import { asBreakGlass, handLeaseTo, operatorToken, tenantNamespace } from "./test/operator-token.ts";

const claims = "/apis/dotmac.io/v1alpha1/hostclaims";
const host = "south.claimed.example";
const other = "nobodys.example";

/** The administrator of the cluster's other workloads: all rights, but not the break-glass group. */
let neighbour: ApiServer;
let breakGlass: ApiServer;
let operator: ApiServer;
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  neighbour = opened.use(new ApiServer(kubernetes, { token: kubernetes.adminToken }));
  breakGlass = opened.use(asBreakGlass(kubernetes));
  operator = opened.use(new ApiServer(kubernetes, { token: await operatorToken(neighbour, "routes") }));
  await handLeaseTo(neighbour, "routes");
  for (const [group, version, kind] of routeKinds) await define(group, version, kind);
  await create(neighbour, "/api/v1/namespaces", namespace("team"));
  await tenantNamespace(kubernetes, "north");
  await tenantNamespace(kubernetes, "south");
  await create(operator, claims, claimOf("south", host));
  opened.defer(async () => void (await breakGlass.send("DELETE", `${claims}/${host}`)));
  await refused(ingress("x", [host]), `the host ${host} belongs to the tenant south`);
}, 60_000);
afterAll(() => opened.disposeAsync());

describe("a host that a tenant holds", () => {
  it.each<[string, Manifest]>([
    ["an Ingress", ingress("x", [host])],
    ["an Ingress among others", ingress("x", [other, host])],
    ["an Ingress of another class", ingress("x", [host], { className: "elsewhere" })],
    ["the certificate of an Ingress", ingress("x", [other], { tls: [host] })],
    [
      "an alias of an Ingress",
      ingress("x", [other], {
        annotations: { "nginx.ingress.kubernetes.io/server-alias": `a.example, ${host}` },
      }),
    ],
    [
      "a name for external DNS",
      ingress("x", [other], { annotations: { "external-dns.alpha.kubernetes.io/hostname": host } }),
    ],
    ["an HTTPRoute", gatewayRoute("HTTPRoute", { hostnames: [host] })],
    ["a GRPCRoute", gatewayRoute("GRPCRoute", { hostnames: [host] })],
    ["a TLSRoute", gatewayRoute("TLSRoute", { hostnames: [host] })],
    ["a ListenerSet", gatewayRoute("ListenerSet", { listeners: [{ hostname: host }] })],
    ["a RouteGroup", gatewayRoute("RouteGroup", { hosts: [host] })],
    [
      "a RouteGroup, with a dot and capitals",
      gatewayRoute("RouteGroup", { hosts: ["South.Claimed.Example."] }),
    ],
  ])("cannot be named by %s in another namespace", async (_what, route) => {
    const answer = await post(neighbour, "team", route);
    expect(refusalOf(answer)).toContain(
      `the host ${host} belongs to the tenant south: name hosts that no tenant holds`,
    );
    expect((await post(breakGlass, "team", route)).status).toBe(201);
  });

  it.each<[string, Manifest]>([
    ["an Ingress", ingress("x", ["*.claimed.example"])],
    ["an HTTPRoute", gatewayRoute("HTTPRoute", { hostnames: ["*.example"] })],
    ["a RouteGroup", gatewayRoute("RouteGroup", { hosts: ["*.claimed.example"] })],
  ])("cannot be covered by a wildcard of %s", async (_what, route) => {
    expect(refusalOf(await post(neighbour, "team", route))).toContain(
      `the host ${host} belongs to the tenant south`,
    );
  });

  it.each<[string, Manifest]>([
    ["rule", ingress("x", [undefined])],
    ["default backend", ingress("x", [], { defaultBackend: true })],
    ["default backend beside a host", ingress("x", [other], { defaultBackend: true })],
    ["class either", ingress("x", [undefined], { className: undefined })],
    [
      "class but the annotation of before",
      ingress("x", [undefined], {
        className: undefined,
        annotations: { "kubernetes.io/ingress.class": "public" },
      }),
    ],
    [
      "class but the empty annotation",
      ingress("x", [undefined], {
        className: undefined,
        annotations: { "kubernetes.io/ingress.class": "" },
      }),
    ],
    ["host in a RouteGroup", gatewayRoute("RouteGroup", { backends: [] })],
  ])("cannot be reached by a route of the platform's gateway without a host: no %s", async (_what, route) => {
    expect(refusalOf(await post(neighbour, "team", route))).toContain(
      "takes requests for all hosts of this gateway",
    );
  });

  it.each(["public", ""])(
    "cannot be reached by a route of another class that gets the annotation %j later",
    async (named) => {
      const path = "/apis/networking.k8s.io/v1/namespaces/team/ingresses";
      const name = `annotated-${named || "empty"}`;
      // The API server refuses a new Ingress that uses both ways, but accepts an existing one.
      await create(neighbour, path, ingress(name, [undefined], { className: "internal" }));
      const metadata = { annotations: { "kubernetes.io/ingress.class": named } };
      expect(refusalOf(await neighbour.send("PATCH", `${path}/${name}`, { metadata }))).toContain(
        "takes requests for all hosts of this gateway",
      );
    },
  );

  it.each<[string, Manifest]>([
    ["another host", ingress("x", [other])],
    ["a host that ends alike", ingress("x", [`evil-${host}`])],
    ["a host below it", ingress("x", [`sub.${host}`])],
    ["the domain above it", ingress("x", ["claimed.example"])],
    ["a wildcard elsewhere", ingress("x", ["*.unclaimed.example"])],
    ["no host, at another gateway", ingress("x", [undefined], { className: "internal" })],
    ["another host, by an HTTPRoute", gatewayRoute("HTTPRoute", { hostnames: [other] })],
  ])("does not block %s", async (_what, route) => {
    expect((await post(neighbour, "team", route)).status).toBe(201);
  });

  it("cannot be taken by a change of an existing route, and an existing route can be deleted", async () => {
    const path = "/apis/networking.k8s.io/v1/namespaces/team/ingresses";
    await create(neighbour, path, ingress("changing", [other]));
    const spec = ingress("changing", [host]).spec;
    expect(refusalOf(await neighbour.send("PATCH", `${path}/changing?dryRun=All`, { spec }))).toContain(host);
    const annotations = { "nginx.ingress.kubernetes.io/server-alias": host };
    const annotated = await neighbour.send("PATCH", `${path}/changing?dryRun=All`, {
      metadata: { annotations },
    });
    expect(refusalOf(annotated)).toContain(host);

    await create(breakGlass, path, {
      ...ingress("before", [host]),
      metadata: { name: "before", finalizers: ["example.com/x"] },
    });
    expect((await neighbour.send("DELETE", `${path}/before`)).status).toBe(200);
    expect((await neighbour.send("PATCH", `${path}/before`, { metadata: { finalizers: null } })).status).toBe(
      200,
    );
    expect((await neighbour.send("GET", `${path}/before`)).status).toBe(404);
  });

  it("is routed by the operator in its tenant's namespace", async () => {
    expect((await post(operator, "isp-south", ingress("runtime", [host]))).status).toBe(201);
  });
});

describe("at a Gateway", () => {
  it("a route without hosts is refused if it would join the platform's Gateway", async () => {
    const settings = ["kind=HTTPRoute", "gatewayRef.namespace=dotmac-gateway", "gatewayRef.name=dotmac"];
    await using _policy = await extraPolicy(
      neighbour,
      "dotmac-gateway",
      settings.map((setting) => `config.route.${setting}`),
    );
    const joining = (name: string, gateway = "dotmac-gateway") =>
      gatewayRoute("HTTPRoute", { parentRefs: [{ name, namespace: gateway }], rules: [] });
    await refused(joining("dotmac"), "takes requests for all hosts of this gateway");
    const listeners = gatewayRoute("ListenerSet", {
      parentRef: { name: "dotmac", namespace: "dotmac-gateway" },
      listeners: [{ port: 80 }],
    });
    await refused(listeners, "takes requests for all hosts of this gateway");
    expect((await post(neighbour, "team", joining("another"))).status).toBe(201);
    expect((await post(neighbour, "team", joining("dotmac", "team"))).status).toBe(201);
  });
});

describe("a gateway for tenants only", () => {
  it("serves no route of another namespace that the values do not list", async () => {
    const settings = ["admission.gatewayNamespaces={monitoring}"];
    await using _policy = await extraPolicy(neighbour, "dotmac-gateway", settings);
    await refused(ingress("x", [other]), "this gateway is for tenants and for the namespaces");
    const elsewhere = ingress("x", [other], { className: "internal" });
    expect((await post(neighbour, "team", elsewhere)).status).toBe(201);
    await create(neighbour, "/api/v1/namespaces", namespace("monitoring"));
    expect((await post(neighbour, "monitoring", ingress("x", [other]))).status).toBe(201);
  });
});

describe("a host of the platform's domains", () => {
  it("cannot be named in another namespace, even before a tenant claims it", async () => {
    await using _policy = await extraPolicy(neighbour, "dotmac-gateway", [
      "admission.platformDomains={isp.domain.test}",
    ]);
    await refused(
      ingress("x", ["east.isp.domain.test"]),
      "hosts of isp.domain.test are for tenants only (here east.isp.domain.test)",
    );
    await refused(ingress("x", ["isp.domain.test"]), "for tenants only");
    await refused(ingress("x", ["*.isp.domain.test"]), "for tenants only");
    await refused(ingress("x", ["*.domain.test"]), "for tenants only");
    expect((await post(neighbour, "team", ingress("x", ["notisp.domain.test"]))).status).toBe(201);
    expect((await post(operator, "isp-south", ingress("runtime", ["south.isp.domain.test"]))).status).toBe(
      201,
    );
  });
});

type Options = {
  readonly className?: string | undefined;
  readonly annotations?: Record<string, string>;
  readonly tls?: readonly string[];
  readonly defaultBackend?: boolean;
};

/** An Ingress with a rule for each host, and for every host where one is undefined. */
function ingress(name: string, hosts: readonly (string | undefined)[], options: Options = {}): Manifest {
  const { className, annotations = {}, tls, defaultBackend } = { className: "public", ...options };
  const backend = { service: { name: "runtime", port: { number: 443 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, annotations },
    spec: {
      ...(className && { ingressClassName: className }),
      ...(tls && { tls: [{ hosts: tls, secretName: "x" }] }),
      ...(defaultBackend && { defaultBackend: backend }),
      rules: hosts.map((host) => ({
        ...(host && { host }),
        http: { paths: [{ path: "/api/v1/auth/login", pathType: "Exact", backend }] },
      })),
    },
  };
}

const routeKinds = [
  ["gateway.networking.k8s.io", "v1", "HTTPRoute"],
  ["gateway.networking.k8s.io", "v1", "GRPCRoute"],
  ["gateway.networking.k8s.io", "v1", "TLSRoute"],
  ["gateway.networking.k8s.io", "v1", "ListenerSet"],
  ["zalando.org", "v1", "RouteGroup"],
] as const;

function gatewayRoute(kind: (typeof routeKinds)[number][2], spec: object): Manifest {
  const [group, version] = routeKinds.find((each) => each[2] === kind) ?? [];
  return { apiVersion: `${group}/${version}`, kind, metadata: { name: "x" }, spec };
}

function pluralOf(kind: string): string {
  return kind === "Ingress" ? "ingresses" : `${kind.toLowerCase()}s`;
}

/** Serves a kind with any content. Only the place of its hosts matters here. */
async function define(group: string, version: string, kind: string): Promise<void> {
  const plural = pluralOf(kind);
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  await create(neighbour, path, {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      // The API server requires it for the Gateway API's group.
      annotations: { "api-approved.kubernetes.io": "unapproved, for tests" },
    },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  });
  opened.defer(async () => void (await neighbour.send("DELETE", `${path}/${plural}.${group}`)));
  await untilServed(neighbour, `${plural}.${group}`);
}

function claimOf(tenant: string, name: string): Manifest {
  return {
    ...hostClaim(name),
    spec: { tenantRef: { name: tenant, uid: "7f1f0c9e-2b1d-4f6a-9a51-0d4c1a3f5e77" } },
  };
}

function post(api: ApiServer, where: string, route: Manifest): Promise<Answer> {
  return api.send(
    "POST",
    `/apis/${route.apiVersion}/namespaces/${where}/${pluralOf(route.kind)}?dryRun=All`,
    route,
  );
}

/** Waits until the API server refuses the route for that reason. Policies and claims take effect a little later. */
async function refused(route: Manifest, words: string): Promise<void> {
  await until(
    `"${words}"`,
    async () => {
      const refusal = refusalOf(await post(neighbour, "team", route));
      if (refusal.includes(words)) return true;
      throw new Error(refusal);
    },
    { seconds: 20 },
  );
}

async function create(api: ApiServer, path: string, object: Manifest): Promise<void> {
  const answer = await api.send("POST", path, object);
  if (answer.status !== 201) throw new Error(`expected ${object.kind} created, found ${answer.body.message}`);
}

function refusalOf({ status, body }: Answer): string {
  return status === 403 ? body.message : `expected 403, found ${status} ${JSON.stringify(body)}`;
}
