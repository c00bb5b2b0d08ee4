import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { ApiServer, type Manifest } from "../crds/test/api-server.ts";
import { parseConfig } from "../operator/src/config.ts";
import { imageSchemaVersion } from "../tenant-runtime/src/platform/migrations/schema-version.ts";
import { crdsChart, operatorChart, render, requiredSetting, run } from "./test/program.ts";

const certManager = [
  "config.certificates.mode=cert-manager",
  "config.certificates.issuerRef.kind=ClusterIssuer",
  "config.certificates.issuerRef.name=dotmac",
];
const httpRoute = [
  "config.route.kind=HTTPRoute",
  "config.route.gatewayRef.namespace=dotmac-gateway",
  "config.route.gatewayRef.name=dotmac",
];
const scheduling = [
  "replicas=1",
  "image.tag=abc",
  "image.pullSecrets[0].name=registry",
  "nodeSelector.disk=fast",
  "tolerations[0].key=dedicated",
  "tolerations[0].operator=Exists",
  "priorityClassName=system-cluster-critical",
  "podAnnotations.team=platform",
  "admission.trustedUsers[0]=system:serviceaccount:cert-manager:cert-manager",
];

let admin: ApiServer;
beforeAll(() => {
  const kubernetes = inject("kubernetes");
  admin = new ApiServer(kubernetes, { token: kubernetes.adminToken });
});
afterAll(() => admin[Symbol.asyncDispose]());

describe.each([
  [operatorChart, ["--set", requiredSetting]],
  [crdsChart, []],
])("the chart %s", (chart, settings) => {
  it("passes helm lint without warnings", async () => {
    expect(await run("helm", ["lint", "--strict", chart, ...settings])).toContain("0 chart(s) failed");
  });
});

describe("the operator's manifests", () => {
  it.each([
    ["by default", []],
    ["with cert-manager", certManager],
    ["with the Gateway API", httpRoute],
    ["with every choice of scheduling", scheduling],
  ])("are accepted by the API server %s", async (_what, settings) => {
    const manifests = await render(settings);
    const expected = parseAllDocuments(manifests).filter((document) => document.toJS() !== null).length;
    const args = [
      "apply",
      "--server-side",
      "--force-conflicts",
      "--dry-run=server",
      "--validate=strict",
      "-f",
      "-",
    ];
    const printed = await run("kubectl", args, {
      kubeconfig: inject("kubernetes").kubeconfigPath,
      input: manifests,
    });
    expect(
      printed
        .trim()
        .split("\n")
        .filter((line) => line.endsWith("(server dry run)")),
    ).toHaveLength(expected);
    expect(expected).toBeGreaterThan(20);
  });

  it("run under restricted Pod Security", async () => {
    const { template } = (await rendered("Deployment")).spec as {
      template: { spec: { containers: [object] } };
    };
    const path = "/api/v1/namespaces/dotmac-admins/pods?dryRun=All";
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "operator" }, spec: template.spec };
    expect((await admin.send("POST", path, pod)).status).toBe(201);
    const [container] = template.spec.containers;
    const privileged = { ...container, securityContext: { privileged: true } };
    const lax = { ...pod, spec: { ...template.spec, containers: [privileged] } };
    expect((await admin.send("POST", path, lax)).body.message).toContain('violates PodSecurity "restricted');
  });

  it("restart the pods when the configuration changes", async () => {
    const hash = async (settings: string[]) => {
      const { template } = (await rendered("Deployment", settings)).spec as { template: Manifest };
      return (template.metadata.annotations as Record<string, string>)["dotmac.io/config-hash"];
    };
    expect(await hash(["config.workers=8"])).not.toBe(await hash([]));
    expect(await hash(["replicas=3"])).toBe(await hash([]));
  });

  it("grant all verbs for the chosen kind of route and certificate, and only find and remove for the other kind", async () => {
    const granted = async (settings: string[], verb: string) => {
      const { rules } = (await rendered("ClusterRole", settings)) as unknown as {
        rules: { resources: string[]; verbs: string[] }[];
      };
      return rules.filter(({ verbs }) => verbs.includes(verb)).flatMap(({ resources }) => resources);
    };
    const groups = (settings: string[]) => granted(settings, "create");
    expect(await granted([], "delete")).toContain("httproutes");
    expect(await granted(httpRoute, "delete")).toContain("ingresses");
    const secrets = async (settings: string[]) => {
      const role = (await rendered("Role", settings, "dotmac-operator-platform")) as unknown as {
        rules: [{ resourceNames: string[] }];
      };
      return role.rules[0].resourceNames;
    };
    expect(await groups([])).toContain("ingresses");
    expect(await groups([])).not.toContain("httproutes");
    expect(await groups(httpRoute)).toContain("httproutes");
    expect(await groups(httpRoute)).not.toContain("ingresses");
    expect(await groups([])).not.toContain("certificates");
    expect(await groups(certManager)).toContain("certificates");
    expect(await secrets([])).toEqual(["postgres-operator", "redis-operator", "platform-ca"]);
    expect(await secrets(certManager)).toEqual(["postgres-operator", "redis-operator"]);
  });
});

describe("the operator's configuration file", () => {
  it.each([
    ["by default", []],
    ["with cert-manager", certManager],
    ["with the Gateway API", httpRoute],
  ])("is understood by the operator %s", async (_what, settings) => {
    const { data } = (await rendered("ConfigMap", settings)) as unknown as {
      data: { "config.yaml": string };
    };
    const config = parseConfig(data["config.yaml"], "config.yaml");
    expect(config.leaderElection).toMatchObject({ leaseDuration: 15_000, name: "dotmac-operator" });
  });

  it("names the release's own lease", async () => {
    const config = await configuration();
    expect(config.leaderElection).toEqual({
      namespace: "dotmac-system",
      name: "dotmac-operator",
      leaseDuration: "15s",
      renewDeadline: "10s",
      retryPeriod: "2s",
    });
  });

  it("names the last migration of the runtime of the same release", async () => {
    const { runtime } = await configuration();
    expect(runtime).toMatchObject({ schemaVersion: await imageSchemaVersion() });
  });

  it("holds no fields that the chosen mode and kind do not use", async () => {
    expect((await configuration()).certificates).toEqual({ mode: "local", caSecret: "platform-ca" });
    expect((await configuration()).route).toEqual({ kind: "Ingress", className: "public", annotations: {} });
    expect((await configuration(certManager)).certificates).toEqual({
      mode: "cert-manager",
      issuerRef: { kind: "ClusterIssuer", name: "dotmac" },
    });
    expect((await configuration(httpRoute)).route).toEqual({
      kind: "HTTPRoute",
      gatewayRef: { namespace: "dotmac-gateway", name: "dotmac" },
      annotations: {},
    });
  });
});

describe("the operator's values", () => {
  it.each([
    ["a misspelled value", ["replica=3"], "additional properties 'replica' not allowed"],
    ["a misspelled setting", ["config.worker=3"], "additional properties 'worker' not allowed"],
    ["no replicas", ["replicas=0"], "at '/replicas'"],
    ["a duration that is none", ["config.resync=often"], "at '/config/resync'"],
    [
      "an age of credentials in days",
      ["config.credentials.rotateEvery=90d"],
      "at '/config/credentials/rotateEvery'",
    ],
    ["an image without tag", ["config.runtime.image=x"], "at '/config/runtime/image'"],
    [
      "Vault without TLS",
      ["config.platform.vault.address=http://vault:8200"],
      "at '/config/platform/vault/address'",
    ],
    [
      "cert-manager without issuer",
      ["config.certificates.mode=cert-manager"],
      "missing property 'issuerRef'",
    ],
    ["HTTPRoute without gateway", ["config.route.kind=HTTPRoute"], "missing property 'gatewayRef'"],
    [
      "a user name that is an expression",
      ["admission.trustedUsers[0]=x'||true"],
      "at '/admission/trustedUsers/0'",
    ],
    ["a gateway of any pods", ["config.gateway.podLabels=null"], "missing property 'podLabels'"],
  ])("refuse %s", async (_what, settings, message) => {
    await expect(render(settings)).rejects.toThrow(message);
  });

  it("refuse an Ingress without a class, because every gateway would serve it", async () => {
    const rendering = run("helm", ["template", "dotmac", operatorChart]);
    await expect(rendering).rejects.toThrow("missing property 'className'");
  });
});

async function rendered(
  kind: string,
  settings: readonly string[] = [],
  name = "dotmac-operator",
): Promise<Manifest> {
  const manifests = parseAllDocuments(await render(settings)).map(
    (document) => document.toJS() as Manifest | null,
  );
  const found = manifests.find((manifest) => manifest?.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`expected a ${kind} ${name} in the chart, found none`);
  return found;
}

async function configuration(settings: readonly string[] = []): Promise<Record<string, unknown>> {
  const { data } = (await rendered("ConfigMap", settings)) as unknown as { data: { "config.yaml": string } };
  return parse(data["config.yaml"]);
}
