import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments, parseDocument } from "yaml";
import { parseConfig } from "../operator/src/config.ts";
import { parseEgressConfig } from "../operator/src/egress/config.ts";
import { FileFault } from "../process/files/file-fault.ts";
import { operatorChart, render, requiredSetting, run } from "./test/program.ts";

const durations = [
  "config.leaderElection.leaseDuration",
  "config.leaderElection.renewDeadline",
  "config.leaderElection.retryPeriod",
  "config.resync",
  "config.credentials.rotateEvery",
  ...["connectTimeout", "idleTimeout", "halfClosedTimeout", "lameDuck", "drain"].map(
    (name) => `egress.config.${name}`,
  ),
];
const hosts = ["postgres", "pgbouncer", "redis.cache", "redis.state", "egress"].map(
  (name) => `config.platform.${name}.host`,
);
const shares = ["config.redisShares.cache.bytes", "config.redisShares.state.bytes"];
const keys = ["namespace.labels", "namespace.annotations", "pods.labels", "pods.annotations"].map(
  (place) => `config.tenantMetadata.${place}`,
);
const vault = ["config.platform.vault.address"];
const rotateEvery = ["config.credentials.rotateEvery"];
const clusterRanges = ["egress.config.clusterRanges"];
const standsForInternet = ["egress.config.standsForInternet"];

type Values = readonly [paths: readonly string[], values: readonly unknown[]];

const refused: readonly Values[] = [
  [durations, ["0s", "0h0m0s", "00m", "-5s", "1y", "1d", "90", "1.5h", "500ms", "1m1h", "s", "", 5]],
  [rotateEvery, ["59m", "0h59m", "3599s", "30m0s"]],
  [shares, ["0Mi", "16", "16MB", "-1Mi", "1Gi", "1234567Ki", 16]],
  [hosts, ["", "a b", "-a", "a-", "postgres:5432", "https://postgres", "é"]],
  [vault, ["http://vault:8200", "https://", "https://a b", "vault:8200", "https://vault:99999"]],
  [
    clusterRanges,
    ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "300.0.0.0/8", "::/129", "gg::/8", ":::/8"].map(one),
  ],
  [
    standsForInternet,
    ["10.0.0.0/8", "192.0.2.0/23", "2001:db8::/31", "3fff::/19", "3fff:1000::/20"].map(one),
  ],
  [keys, ["-a", "A.test/a", `${"a".repeat(254)}/`].map(one)],
  // By a template, which names only the first.
  ...keys.map((path): Values => [[path], ["kubernetes.io/", "x.k8s.io/team", "dotmac.io/a"].map(one)]),
];

const accepted: readonly Values[] = [
  [
    durations.slice(3).filter((path) => path !== rotateEvery[0]),
    ["1s", "90s", "1h30m", "0h5m", "010s", "168h"],
  ],
  [rotateEvery, ["1h", "60m", "90m", "3600s", "0h60m", "1h1s", "2160h"]],
  [shares, ["1Ki", "16Mi", "999999Mi"]],
  [hosts, ["a", "10.0.0.1", "postgres.dotmac-system.svc.cluster.local"]],
  [
    vault,
    ["https://vault.test:8200", "https://10.0.0.1", "https://[2001:db8::1]:8200", "https://vault/prefix"],
  ],
  [clusterRanges, ["10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32", "::/0", "1:2:3:4:5:6:7:8/128"].map(one)],
  [
    standsForInternet,
    ["192.0.2.0/24", "203.0.113.7/32", "2001:db8:1::/48", "3fff::/20", "3fff:fff::/32"].map(one),
  ],
  [keys, ["team", "example.com/", "example.com/team", "mykubernetes.io/a"].map(one)],
];

const defaults = { operator: "", proxy: "" };
beforeAll(async () => {
  defaults.operator = await configFile("dotmac-operator");
  defaults.proxy = await configFile("egress-proxy");
});

describe("a value of the operator's chart", () => {
  it.each(cases(refused))(
    "that the programs refuse is refused by the schema too: $value at $paths",
    async ({ paths, value }) => {
      expect(paths.filter((path) => !isRefused(path, value))).toEqual([]);
      expect(await refusedByChart(paths, value)).toEqual(paths);
    },
  );

  it.each(cases(accepted))(
    "that the schema accepts is accepted by the programs: $value at $paths",
    async ({ paths, value }) => {
      expect(await refusedByChart(paths, value)).toEqual([]);
      expect(paths.filter((path) => isRefused(path, value))).toEqual([]);
    },
  );
});

describe("contradictory values of the operator's chart", () => {
  const lease = (leaseDuration: string, renewDeadline: string, retryPeriod: string) =>
    Object.entries({ leaseDuration, renewDeadline, retryPeriod }).map(
      ([name, value]) => `config.leaderElection.${name}=${value}`,
    );
  const digest = `sha256:${"0".repeat(64)}`;

  it.each([
    [lease("5s", "10s", "2s"), "renewDeadline: write a duration shorter than leaseDuration, 5s"],
    [lease("1m", "60s", "2s"), "renewDeadline: write a duration shorter than leaseDuration, 1m"],
    [lease("15s", "10s", "6s"), "retryPeriod: write a duration that fits twice into renewDeadline, 10s"],
    [lease("1h1m", "1h", "31m"), "retryPeriod: write a duration that fits twice into renewDeadline, 1h"],
    [["image.tag=latest"], "image.tag: name a version instead of latest"],
    [["config.runtime.image=a.test/b:latest"], "config.runtime.image: name a version instead of latest"],
    [["egress.config.drain=40s"], "egress.terminationGracePeriodSeconds: write more than 45"],
    [["egress.config.lameDuck=1h"], "egress.terminationGracePeriodSeconds: write more than 3630"],
    [["egress.terminationGracePeriodSeconds=35"], "egress.terminationGracePeriodSeconds: write more than 35"],
  ])("are refused before anything is installed: %j", async (settings, message) => {
    await expect(render(settings)).rejects.toThrow(message);
  });

  it.each([
    [lease("60s", "010s", "5s")],
    [lease("1h", "59m59s", "29m59s")],
    [["image.tag=latest", `image.digest=${digest}`]],
    [["config.runtime.image=a.test:5000/b:1.2"]],
    [[`config.runtime.image=a.test/b:latest@${digest}`]],
    [["egress.config.drain=39s"]],
    [["egress.terminationGracePeriodSeconds=36"]],
  ])("are accepted once they do not contradict each other: %j", async (settings) => {
    expect(await render(settings)).toContain("kind: Deployment");
  });
});

function one<T>(value: T): T[] {
  return [value];
}

function cases(table: readonly Values[]) {
  return table.flatMap(([paths, values]) => values.map((value) => ({ paths, value })));
}

/** The paths at which the chart's schema or one of its templates refuses the value. */
async function refusedByChart(paths: readonly string[], value: unknown): Promise<string[]> {
  const flags = paths.flatMap((path) => ["--set-json", `${path}=${JSON.stringify(value)}`]);
  const rendering = run("helm", ["template", "dotmac", operatorChart, "--set", requiredSetting, ...flags]);
  const faults = await rendering.then(
    () => "",
    (error: Error) => error.message,
  );
  return paths.filter((path) =>
    new RegExp(`at '/${path.replaceAll(".", "/")}(/0)?'|: ${path}: remove `).test(faults),
  );
}

/** Whether the operator or the egress proxy refuses its configuration because of the value at this path. */
function isRefused(path: string, value: unknown): boolean {
  const ofProxy = path.startsWith("egress.");
  const field = path.slice(path.indexOf("config.") + "config.".length);
  const [document, parseFile] = ofProxy
    ? ([defaults.proxy, parseEgressConfig] as const)
    : ([defaults.operator, parseConfig] as const);
  const changed = parseDocument(document);
  changed.setIn(field.split("."), value);
  try {
    parseFile(changed.toString(), "config.yaml");
    return false;
  } catch (error) {
    if (error instanceof FileFault && error.message.includes(` ${field}`)) return true;
    throw error;
  }
}

async function configFile(name: string): Promise<string> {
  const objects = parseAllDocuments(await render()).map((document) => document.toJS());
  const map = objects.find((object) => object?.kind === "ConfigMap" && object.metadata.name === name);
  return map.data["config.yaml"];
}
