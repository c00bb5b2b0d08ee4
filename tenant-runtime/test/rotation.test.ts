import { createHash, randomBytes } from "node:crypto";
import { Agent } from "node:https";
import { connect, type PeerCertificate } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { CredentialsReport } from "../../contract/health-report.ts";
import { passwordDigest as digest } from "../../contract/password-digest.ts";
import type { AuthKeys } from "../../contract/secret-files.ts";
import { withClient } from "../../harness/services/postgres.ts";
import { withRedis } from "../../harness/services/redis.ts";
import type {} from "../../harness/services/vitest.ts";
import { logIn, signIn } from "./testing/clients/sign-in.ts";
import { jsonRequest } from "./testing/process/json-request.ts";
import { type RuntimeProcess, startRuntime, writeCertificate } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";
import { until } from "./testing/process/until.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let headers: { Authorization: string };
beforeAll(async () => {
  tenant = await createTestTenant();
  runtime = await startRuntime(tenant);
  await runtime.health(({ status }) => status === "healthy");
  headers = await signIn(runtime, tenant);
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

/** Requests customers repeatedly on eight connections. */
function keepAsking() {
  const seen = new Set<number>();
  let answers = 0;
  let stopped = false;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const worker = async (address: string) => {
    while (!stopped) {
      const { status } = await jsonRequest(address, { ca: runtime.authority.certificate, headers, agent });
      seen.add(status);
      answers += 1;
    }
  };
  const workers = runtime
    .port("api")
    .then((port) =>
      Promise.all(Array.from({ length: 8 }, () => worker(`https://localhost:${port}/api/v1/customers`))),
    );
  return {
    /** Waits for this many more answers. */
    more(count: number) {
      const goal = answers + count;
      return until(
        () => answers,
        (now) => now >= goal,
      );
    },
    /** Stops and returns the seen statuses. */
    async stop() {
      stopped = true;
      await workers;
      return [...seen];
    },
  };
}

const loginInUse = async () => {
  const { dependencies } = await runtime.health(({ status }) => status === "healthy");
  const database = dependencies.find(({ name }) => name === "database");
  return (database?.details as { login?: string } | undefined)?.login;
};

/** The credentials of each kind that are in use, once they satisfy the condition. */
const inUse = async (satisfies: (credentials: CredentialsReport) => boolean) =>
  (await runtime.health(({ credentials }) => satisfies(credentials))).credentials;

describe("a new database login in its file", () => {
  it("is used without a failed request, and the old one can then be revoked", async () => {
    const load = keepAsking();
    await load.more(20);
    await runtime.write("run/secrets/database.json", { user: tenant.logins.b, password: tenant.password });
    await runtime.line(
      ({ message, to }) => message === "the database login has changed" && to === tenant.logins.b,
    );
    expect(await loginInUse()).toBe(tenant.logins.b);
    await withClient(tenant.database.superuser, (client) =>
      client.query(`ALTER ROLE ${tenant.logins.a} NOLOGIN`),
    );
    await load.more(20);
    expect(await load.stop()).toEqual([200]);
  });

  it("that does not work yet leaves the old one in use until it works", async () => {
    const load = keepAsking();
    await runtime.write("run/secrets/database.json", { user: tenant.logins.a, password: tenant.password });
    await runtime.line(({ message }) => message.startsWith("the new database login does not work yet"));
    expect(await loginInUse()).toBe(tenant.logins.b);
    await withClient(tenant.database.superuser, (client) =>
      client.query(`ALTER ROLE ${tenant.logins.a} LOGIN`),
    );
    await runtime.line(
      ({ message, to }) => message === "the database login has changed" && to === tenant.logins.a,
    );
    expect(await load.stop()).toEqual([200]);
  });

  it("is reported as the only one in use after the last transaction under the old one has ended", async () => {
    const { a, b } = tenant.logins;
    await withClient(tenant.database.superuser, async (client) => {
      await client.query(`BEGIN; LOCK TABLE t_${tenant.id}.customers IN ACCESS EXCLUSIVE MODE`);
      const waiting = runtime.call("/api/v1/customers", { headers });
      await until(
        () =>
          client.query("SELECT FROM pg_stat_activity WHERE usename = $1 AND wait_event_type = 'Lock'", [a]),
        ({ rowCount }) => rowCount === 1,
      );
      await runtime.write("run/secrets/database.json", { user: b, password: tenant.password });
      await inUse(({ database }) => database.length === 2 && database.includes(a) && database.includes(b));
      await client.query("COMMIT");
      expect((await waiting).status).toBe(200);
    });
    await inUse(({ database }) => isDeepStrictEqual(database, [b]));
    await runtime.write("run/secrets/database.json", { user: a, password: tenant.password });
    await inUse(({ database }) => isDeepStrictEqual(database, [a]));
  });

  it("that cannot be read is reported and changes nothing", async () => {
    await runtime.write("run/secrets/database.json", '{"user":');
    const line = await runtime.line(({ message }) => message.startsWith("a followed file cannot be used"));
    expect(line.fault).toMatch(/database\.json: is not JSON/);
    expect(await loginInUse()).toBe(tenant.logins.a);
  });
});

describe("a new Redis password in its file", () => {
  it("is used on open connections and for new ones", async () => {
    const [user, password] = [`t_${tenant.id}`, "the-new-password"];
    const add = [`>${password}`];
    const servers = [inject("redisCache"), inject("redisState")];
    for (const server of servers)
      await withRedis(server, (client) => client.call("ACL", "SETUSER", user, ...add));
    expect((await inUse(() => true)).redis).toEqual([digest(tenant.password)]);
    await runtime.write("run/secrets/redis.json", { user, password });
    await inUse(({ redis }) => isDeepStrictEqual(redis, [digest(password)]));
    const old = createHash("sha256").update(tenant.password).digest("hex");
    for (const server of servers) {
      await withRedis(server, async (client) => {
        await client.call("ACL", "SETUSER", user, `!${old}`);
        await client.call("CLIENT", "KILL", "USER", user);
      });
    }
    await runtime.line(
      ({ message, dependency }) => message === "a dependency is back" && dependency === "state",
    );
    await runtime.health(({ status }) => status === "healthy");
    expect((await runtime.call("/api/v1/auth/me", { headers })).status).toBe(200);
  });
});

describe("a new signing key in its file", () => {
  it("verifies before it signs, and tokens of the old key are valid until that key is removed", async () => {
    const [first] = (tenant.secrets["auth.json"] as AuthKeys).keys;
    const second = { kid: "2", secret: randomBytes(32).toString("base64url") };
    const give = async (...keys: readonly object[]) => {
      await runtime.write("run/secrets/auth.json", { keys });
      const kids = keys.map((key) => (key as { kid: string }).kid);
      await inUse(({ auth }) => isDeepStrictEqual(auth, kids));
    };
    const me = (authorization: typeof headers) => runtime.call("/api/v1/auth/me", { headers: authorization });

    await give(first as object, second);
    expect((await me(headers)).status).toBe(200);
    await give(second, first as object);
    const signedByTheSecond = await logIn(runtime, `${tenant.adminPassword}-changed`);
    expect((await me(headers)).status).toBe(200);
    expect((await me(signedByTheSecond)).status).toBe(200);
    await give(second);
    expect((await me(headers)).status).toBe(401);
    expect((await me(signedByTheSecond)).status).toBe(200);
  });
});

describe("a new certificate in its files", () => {
  it.each(["api", "management"] as const)("is used for new connections to the %s port", async (listener) => {
    const port = await runtime.port(listener);
    const before = await peerCertificate(port);
    await writeCertificate(runtime, runtime.authority);
    const { serialNumber } = await certificateOtherThan(port, before.serialNumber);
    expect(serialNumber).not.toBe(before.serialNumber);
  });

  it("that does not fit its key leaves the old one in use", async () => {
    const port = await runtime.port("api");
    const before = await peerCertificate(port);
    await runtime.write(
      "run/tls/tls.crt",
      (await runtime.authority.issue({ dnsNames: ["localhost"] })).certificate,
    );
    await runtime.line(
      ({ message, file }) => message.startsWith("a followed file cannot") && file === "tls.crt",
    );
    expect((await peerCertificate(port)).serialNumber).toBe(before.serialNumber);
  });
});

async function certificateOtherThan(port: number, serialNumber: string): Promise<PeerCertificate> {
  for (;;) {
    const found = await peerCertificate(port);
    if (found.serialNumber !== serialNumber) return found;
  }
}

function peerCertificate(port: number): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "localhost", ca: runtime.authority.certificate });
    socket.once("secureConnect", () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
