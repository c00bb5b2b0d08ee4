import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { ApiServer, type Manifest } from "../crds/test/api-server.ts";
import { parseEgressConfig } from "../operator/src/egress/config.ts";
import { serviceAccount } from "./test/objects.ts";
import { unboundToken } from "./test/operator-token.ts";
import { render } from "./test/program.ts";

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

let admin: ApiServer;
let proxy: ApiServer;
beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  admin = new ApiServer(kubernetes, { token: kubernetes.adminToken });
  proxy = new ApiServer(kubernetes, { token: await unboundToken(admin, "egress-proxy") });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await admin[Symbol.asyncDispose]();
});

async function manifest(kind: string, settings: readonly string[] = []): Promise<Manifest> {
  const all = parseAllDocuments(await render(settings)).map((one) => one.toJS() as Manifest | null);
  const found = all.find((one) => one?.kind === kind && one.metadata.name === "egress-proxy");
  if (!found) throw new Error(`expected a ${kind} egress-proxy in the chart, found none`);
  return found;
}

async function config(settings: readonly string[] = []) {
  const { data } = (await manifest("ConfigMap", settings)) as unknown as { data: { "config.yaml": string } };
  return parseEgressConfig(data["config.yaml"], "config.yaml");
}

describe("the egress proxy's account", () => {
  it("may read the tenants and review tokens", async () => {
    expect((await proxy.send("GET", "/apis/dotmac.io/v1alpha1/tenants")).status).toBe(200);
    const watch =
      "/apis/dotmac.io/v1alpha1/tenants?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dnone";
    expect((await proxy.send("GET", watch, undefined, "application/json;stream=watch")).status).toBe(200);
    const review = await proxy.send("POST", "/apis/authentication.k8s.io/v1/tokenreviews", {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      spec: { token: await unboundToken(admin), audiences: ["egress"] },
    });
    expect(review).toMatchObject({
      status: 201,
      body: { status: { error: expect.stringMatching("egress") } },
    });
  });

  it("has no other rights than every account, in its own namespace or a tenant's", async () => {
    await using nobody = await plainAccount();
    for (const namespace of ["dotmac-system", "isp-any"]) {
      const common = await rulesOf(nobody, namespace);
      const own = (await rulesOf(proxy, namespace)).filter((rule) => !common.includes(rule));
      expect(own).toEqual(["list,watch dotmac.io tenants", "create authentication.k8s.io tokenreviews"]);
    }
  });
});

/** An account without any granted right. */
async function plainAccount(): Promise<ApiServer> {
  await admin.send("POST", "/api/v1/namespaces/dotmac-system/serviceaccounts", serviceAccount("plain"));
  return new ApiServer(inject("kubernetes"), { token: await unboundToken(admin, "plain") });
}

async function rulesOf(who: ApiServer, namespace: string): Promise<string[]> {
  const { body } = await who.send("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    spec: { namespace },
  });
  return (body.status.resourceRules as Rule[]).map(
    ({ verbs, apiGroups, resources }) => `${verbs} ${apiGroups} ${resources}`,
  );
}

describe("the egress proxy's manifests", () => {
  it("run under restricted Pod Security", async () => {
    const { template } = (await manifest("Deployment")).spec as { template: { spec: object } };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "egress-proxy" }, spec: template.spec };
    expect(await admin.send("POST", "/api/v1/namespaces/dotmac-admins/pods?dryRun=All", pod)).toMatchObject({
      status: 201,
    });
  });

  it("listen at the address that runtimes are given", async () => {
    const settings = ["config.platform.egress.port=8443"];
    expect((await config(settings)).port).toBe(8443);
    expect(await manifest("Service", settings)).toMatchObject({ spec: { ports: [{ port: 8443 }] } });
    const { template } = (await manifest("Deployment", settings)).spec as {
      template: { spec: { containers: [{ ports: object[] }] } };
    };
    expect(template.spec.containers[0].ports).toContainEqual({ name: "proxy", containerPort: 8443 });
  });

  it("give it a configuration that it understands, and enough time to end", async () => {
    const { lameDuck, drain, standsForInternet } = await config();
    const { template } = (await manifest("Deployment")).spec as {
      template: { spec: { terminationGracePeriodSeconds: number } };
    };
    expect(template.spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(lameDuck + drain);
    expect(standsForInternet).toEqual([]);
  });

  it.each([
    ["a misspelled value", ["egress.replica=3"], "additional properties 'replica' not allowed"],
    ["a misspelled setting", ["egress.config.drian=3s"], "additional properties 'drian' not allowed"],
    [
      "a range that is none",
      ["egress.config.clusterRanges={10.0.0.1}"],
      "at '/egress/config/clusterRanges/0'",
    ],
    ["no place for a tunnel", ["egress.config.tunnelsPerTenant=0"], "at '/egress/config/tunnelsPerTenant'"],
    ["a duration that is none", ["egress.config.idleTimeout=long"], "at '/egress/config/idleTimeout'"],
  ])("refuse %s", async (_what, settings, message) => {
    await expect(render(settings)).rejects.toThrow(message);
  });
});
