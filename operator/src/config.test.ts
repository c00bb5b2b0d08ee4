import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { FileFault } from "../../process/files/file-fault.ts";
import { loadConfig, loadPodIdentity, parseConfig } from "./config.ts";

/** The example of docs/contracts.md, which the chart's values follow. */
const example = (() => {
  const contracts = readFileSync(new URL("../../docs/contracts.md", import.meta.url), "utf8");
  const section = contracts.slice(contracts.indexOf("## The operator's configuration"));
  return /```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
})();

/** The example with the value at one path replaced or removed. */
function changed(path: string, value: unknown): string {
  const document = parse(example);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const parent = keys.reduce((object, key) => object[key], document);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return stringify(document);
}

describe("the configuration", () => {
  it("is read in the form of the contract", () => {
    expect(parseConfig(example, "example")).toMatchObject({
      leaderElection: { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2000 },
      workers: 4,
      resync: 300_000,
      runtime: { schemaVersion: expect.any(Number) },
      platform: { postgres: { port: 5432 }, vault: { role: "dotmac-operator" } },
      certificates: { mode: "local", caSecret: "platform-ca" },
      route: { kind: "Ingress", className: "skipper" },
      credentials: {},
    });
  });

  it("rotates credentials periodically only when an interval is set", () => {
    expect(parseConfig(changed("credentials", undefined), "x").credentials).toEqual({});
    const quarterly = parseConfig(changed("credentials", { rotateEvery: "2160h" }), "x");
    expect(quarterly.credentials).toEqual({ rotateEvery: 90 * 24 * 3_600_000 });
  });

  it("accepts the other kinds of certificates and routes", () => {
    const issuerRef = { kind: "ClusterIssuer", name: "dotmac" };
    const managed = parseConfig(changed("certificates", { mode: "cert-manager", issuerRef }), "x");
    expect(managed.certificates).toEqual({ mode: "cert-manager", issuerRef });
    const gatewayRef = { namespace: "dotmac-gateway", name: "dotmac" };
    const routed = parseConfig(changed("route", { kind: "HTTPRoute", gatewayRef }), "x");
    expect(routed.route).toEqual({ kind: "HTTPRoute", gatewayRef, annotations: {} });
  });

  it.each<[string, unknown, string]>([
    ["workers", 0, "workers: write a value of at least 1"],
    ["workers", "four", "workers: write a number, not text"],
    ["resync", "5 minutes", "resync: write a duration in Go's notation, such as 15s, 5m or 1h30m"],
    ["resync", "0s", "resync: write a duration longer than 0s"],
    [
      "leaderElection.renewDeadline",
      "15s",
      "leaderElection.renewDeadline: write a duration shorter than leaseDuration",
    ],
    ["leaderElection.retryPeriod", "6s", "leaderElection.retryPeriod: write a duration that fits twice"],
    ["leaderElection.leaseDuration", "5s", "leaderElection.renewDeadline: write a duration shorter than"],
    ["runtime.image", "registry.example.com/runtime", "runtime.image: write an image with its tag or digest"],
    ["runtime.image", "registry.example.com/runtime:latest", "runtime.image: name the image's version"],
    ["platform.postgres.port", 70_000, "platform.postgres.port: write a value of at most 65535"],
    ["platform.postgres.secret", undefined, "platform.postgres.secret: is required: write text"],
    [
      "platform.postgres.host",
      "db:5432",
      "platform.postgres.host: write a host name or IPv4 address without port",
    ],
    ["platform.vault.address", "http://vault:8200", "platform.vault.address: write an https:// address"],
    ["certificates", { mode: "self" }, "certificates.mode: write local or cert-manager"],
    ["route", { kind: "Route" }, "route.kind: write Ingress or HTTPRoute"],
    ["adminNamespace", "Admins", "adminNamespace: write a Kubernetes name"],
    ["credentials.rotateEvery", "90d", "credentials.rotateEvery: write a duration in Go's notation"],
    [
      "authentication",
      { oneTimePasswordHours: 0 },
      "authentication.oneTimePasswordHours: write a whole number from 1 to 720",
    ],
    [
      "authentication",
      { hashingThreads: 1.5 },
      "authentication.hashingThreads: write a whole number from 1 to 4",
    ],
    ["credentials.rotateEvery", "59m", "credentials.rotateEvery: write a duration of 1h or longer"],
    [
      "tenantMetadata",
      { pods: { labels: ["app.kubernetes.io/"] } },
      "tenantMetadata.pods.labels[0]: leave out keys of kubernetes.io, k8s.io and dotmac.io",
    ],
    ["tenantMetadata", { pods: { labels: ["a b"] } }, "tenantMetadata.pods.labels[0]: write a key"],
    ["wokers", 4, "wokers: leave it out: there is no such field"],
    ["runtime.tag", "1", "runtime.tag: leave it out: there is no such field"],
  ])("refuses %s = %j and says what to write", (path, value, message) => {
    expect(() => parseConfig(changed(path, value), "config.yaml")).toThrow(message);
    expect(() => parseConfig(changed(path, value), "config.yaml")).toThrow(FileFault);
  });

  it("names every fault at once", () => {
    const text = stringify({ ...parse(changed("workers", 0)), resync: "x" });
    expect(() => parseConfig(text, "config.yaml")).toThrow(
      /^config\.yaml: workers: write [^;]+; resync: write a duration [^;]+$/,
    );
  });

  it("refuses text that is not YAML, an empty file and a missing one", () => {
    expect(() => parseConfig("a: [", "config.yaml")).toThrow("config.yaml: is not YAML");
    expect(() => parseConfig("", "config.yaml")).toThrow("leaderElection: is required: write an object");
    expect(() => loadConfig({ DOTMAC_OPERATOR_CONFIG: "/absent/config.yaml" })).toThrow(
      "/absent/config.yaml: there is no such file: put it there, or name another by DOTMAC_OPERATOR_CONFIG",
    );
  });
});

it("requires the name and namespace of the operator's pod", () => {
  expect(loadPodIdentity({ POD_NAME: "a", POD_NAMESPACE: "b" })).toEqual({ podName: "a", podNamespace: "b" });
  expect(() => loadPodIdentity({ POD_NAME: "a" })).toThrow("set POD_NAME and POD_NAMESPACE");
});
