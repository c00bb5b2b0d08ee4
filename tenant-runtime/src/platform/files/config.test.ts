import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sampleTenantFile } from "../../../../contract/samples/tenant-file.ts";
import { FileFault } from "../../../../process/files/file-fault.ts";
import { loadConfig } from "./config.ts";

const good = sampleTenantFile;

type Change = (file: typeof good) => void;

const faults: readonly [string, Change, string][] = [
  [
    "an id of another alphabet",
    (f) => change(f.tenant, { id: "K3V7Q2MZXA" }),
    "tenant.id: write the 10 characters of the tenant's id, a-z and 2-7",
  ],
  [
    "an origin with a path",
    (f) => change(f.tenant, { allowedOrigins: ["https://a.example", "https://b.example/x"] }),
    "tenant.allowedOrigins[1]: write an origin as browsers send it, such as https://portal.example.com",
  ],
  [
    "a currency in words",
    (f) => change(f.tenant, { currency: "euro" }),
    "tenant.currency: write an ISO 4217 code such as EUR",
  ],
  [
    "an unknown time zone",
    (f) => change(f.tenant, { timeZone: "Paris" }),
    "tenant.timeZone: write an IANA time zone such as Europe/Paris",
  ],
  [
    "a country in words",
    (f) => change(f.tenant, { country: "France" }),
    "tenant.country: write an ISO 3166 code such as FR",
  ],
  [
    "a module that is no text",
    (f) => change(f.tenant, { modules: [1] }),
    "tenant.modules[0]: write text, not a number",
  ],
  [
    "a port that is no number",
    (f) => change(f.api, { port: "8443" }),
    "api.port: write a port from 1 to 65535",
  ],
  [
    "a port out of range",
    (f) => change(f.database, { port: 70_000 }),
    "database.port: write a port from 1 to 65535",
  ],
  ["no pool", (f) => change(f.database, { poolSize: 0 }), "database.poolSize: write a value of at least 1"],
  [
    "another tenant's schema",
    (f) => change(f.database, { schema: "t_aaaaaaaaaa" }),
    'database.schema: write "t_k3v7q2mzxa"',
  ],
  [
    "another tenant's Redis prefix",
    (f) => change(f.redis, { prefix: "t:aaaaaaaaaa:" }),
    'redis.prefix: write "t:k3v7q2mzxa:"',
  ],
  [
    "Vault without TLS",
    (f) => change(f.vault, { address: "http://vault:8200" }),
    "vault.address: write an https address such as https://vault.example:8200",
  ],
  [
    "a missing limit",
    (f) => change(f.limits, { bulkPerHour: undefined }),
    "limits.bulkPerHour: is required: write a number",
  ],
  [
    "events kept for no day",
    (f) => change(f.retention, { eventDays: 0 }),
    "retention.eventDays: write a value of at least 1",
  ],
  [
    "events kept for longer than a plan can say",
    (f) => change(f.retention, { eventDays: 366 }),
    "retention.eventDays: write a value of at most 365",
  ],
  ["null for a section", (f) => change(f, { vault: null }), "vault: write an object, not null"],
];

describe("tenant.json", () => {
  it("is read whole when it is valid", () => {
    expect(load(good)).toMatchObject({ ...good, logLevel: "info", pod: { name: "", namespace: "" } });
  });

  it("is read without the fields that an operator of another version adds or omits", () => {
    const { retention: _, egress: _egress, ...older } = good;
    const { loginPerMinutePerAccount: _account, loginPerMinute: _all, ...limits } = good.limits;
    const shutdown = { ...good.shutdown, more: 1 };
    const file = load({ ...older, limits, tomorrow: { more: true }, shutdown });
    expect(file).toMatchObject({ ...older, retention: { eventDays: 30 } });
    expect(file.egress).toBeUndefined();
    expect(file).not.toHaveProperty("tomorrow");
    expect(file.shutdown).toEqual(good.shutdown);
  });

  it.each(faults)("with %s is refused with advice", (_what, apply, message) => {
    const file = structuredClone(good);
    apply(file);
    expect(() => load(file)).toThrow(new FileFault(`${pathOf()}: ${message}`));
  });

  it("has all of its faults reported at once, in one line", () => {
    const file = { ...good, api: {}, shutdown: { lameDuckSeconds: -1, requestGraceSeconds: 1.5 } };
    expect(() => load(file)).toThrow(
      /api\.port: .*; api\.managementPort: .*; shutdown\.lameDuckSeconds: .*; shutdown\.requestGraceSeconds: [^\n]*$/,
    );
  });

  it("that is not JSON is refused without a quote of its text", () => {
    expect(() => load('{"password": "hunter2",}')).toThrow(
      `${pathOf()}: is not JSON: write one JSON object as UTF-8`,
    );
  });

  it("is named in the error when it is missing", () => {
    const missing = join(directory, "nowhere");
    expect(() => loadConfig({ DOTMAC_CONFIG_DIR: missing })).toThrow(
      `${missing}/tenant.json: there is no such file: mount or write it`,
    );
  });
});

describe("the environment", () => {
  it.each([
    [{ LOG_LEVEL: "loud" }, 'environment: LOG_LEVEL: write one of "debug", "info", "warn", "error"'],
    [{ DOTMAC_ROLE: "both" }, 'environment: DOTMAC_ROLE: write one of "api", "worker"'],
    [{ DOTMAC_RUN_DIR: "run" }, "environment: DOTMAC_RUN_DIR: write an absolute path"],
  ])("%j is refused", (env, message) => {
    expect(() => loadConfig(env)).toThrow(message);
  });
});

const directory = mkdtempSync(join(tmpdir(), "dotmac-config-"));
afterAll(() => rmSync(directory, { recursive: true }));

function pathOf(): string {
  return join(directory, "tenant.json");
}

function load(file: unknown) {
  writeFileSync(pathOf(), typeof file === "string" ? file : JSON.stringify(file));
  return loadConfig({ DOTMAC_CONFIG_DIR: directory });
}

/** Changes fields of a section in place. */
function change(section: object, fields: object): void {
  Object.assign(section, fields);
}
