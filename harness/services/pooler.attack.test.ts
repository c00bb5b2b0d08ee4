import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type PgBouncer, startPgBouncer } from "./pgbouncer.ts";
import { createDatabase, login, type TestDatabase, withClient } from "./postgres.ts";
import { sessionEnded } from "./session-ended.ts";

const tenant = "t_poolerattack_app_a";
const postgres = inject("postgres15");

/** The pooler asks the server for each login's verifier over one connection, which all logins share. */
describe("a client of the pooler that asks for unknown logins", () => {
  it("does not make the pooler open another connection for its questions", async () => {
    await using database = await createDatabase(postgres);
    await using pooler = await startPgBouncer(postgres);
    const ask = (user: string) =>
      withClient(
        { ...login(postgres, database.name, user, "guessed"), port: pooler.port, ssl: { ca: pooler.ca } },
        async () => {},
      );
    const questions = () =>
      withClient(database.superuser, async (client) => {
        const text = "SELECT pid FROM pg_stat_activity WHERE usename = 'pgbouncer_auth' AND datname = $1";
        return (await client.query(text, [database.name])).rows;
      });
    await expect(ask("t_first_app_a")).rejects.toThrow();
    const [first, ...others] = await questions();
    expect([first?.pid, others]).toEqual([expect.any(Number), []]);
    for (const user of ["t_second_app_a", "t_second_app_a", "postgres", "nobody"])
      await expect(ask(user)).rejects.toThrow("SASL authentication failed");
    expect(await questions()).toEqual([first]);
  });
});

/** An attacker has a tenant's login, which is then revoked as in a rotation. */
describe("a client of the pooler that logged in with a password that is now revoked", () => {
  let database: TestDatabase;
  let pooler: PgBouncer;

  beforeAll(async () => {
    database = await createDatabase(postgres);
    pooler = await startPgBouncer(postgres, {
      settings: { client_idle_timeout: "1", query_wait_timeout: "1", server_login_retry: "1" },
    });
    await asOperator(`CREATE ROLE ${tenant} LOGIN PASSWORD 'the first'`);
    await asOperator(`GRANT CONNECT ON DATABASE ${database.name} TO ${tenant}`);
  });
  afterAll(async () => {
    await pooler[Symbol.asyncDispose]();
    await asOperator(`DROP OWNED BY ${tenant}; DROP ROLE ${tenant}`);
    await database[Symbol.asyncDispose]();
  });

  it("has a cancel key of 64 random bits, which cannot be guessed", async () => {
    const keys: bigint[] = [];
    for (let n = 0; n < 40; n += 1) {
      const client = (await connected("the first")) as Client & { processID: number; secretKey: number };
      keys.push(
        (BigInt.asUintN(32, BigInt(client.processID)) << 32n) | BigInt.asUintN(32, BigInt(client.secretKey)),
      );
      await client.end();
    }
    const all = 2n ** 64n - 1n;
    expect(keys.reduce((seen, key) => seen | key)).toBe(all);
    expect(keys.reduce((seen, key) => seen | (key ^ all))).toBe(all);
  });

  it("is disconnected when it is idle, before that login is enabled again", async () => {
    const idle = await connected("the first");
    const ended = new Promise((resolve) => idle.once("end", () => resolve(undefined)));
    await rotate("the second");
    await ended;
    await expect(idle.query("SELECT 1")).rejects.toThrow(sessionEnded);
    expect(await answer("the second")).toBe(1);
  });

  it("is disconnected while it waits for an answer during the time the login is disabled, and not served later", async () => {
    const busy = await connected("the second");
    await asOperator(`ALTER ROLE ${tenant} NOLOGIN`);
    await endSessions();
    await expect(busy.query("SELECT 1")).rejects.toThrow(
      /query_wait_timeout|not permitted to log in|login failed/,
    );
    await asOperator(`ALTER ROLE ${tenant} LOGIN PASSWORD 'the third'`);
    await expect(busy.query("SELECT 1")).rejects.toThrow(sessionEnded);
    // The pooler retries the login one second after its refusal.
    await expect.poll(() => answer("the third").catch(() => 0), { timeout: 10_000 }).toBe(1);
  });

  function asOperator(statement: string): Promise<unknown> {
    return withClient(database.operator, (client) => client.query(statement));
  }

  async function rotate(password: string): Promise<void> {
    await asOperator(`ALTER ROLE ${tenant} NOLOGIN`);
    await endSessions();
    await asOperator(`ALTER ROLE ${tenant} LOGIN PASSWORD '${password}'`);
  }

  function endSessions(): Promise<unknown> {
    return asOperator(`GRANT ${tenant} TO CURRENT_USER;
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '${tenant}'`);
  }

  async function connected(password: string): Promise<Client> {
    const client = new Client({
      ...login(postgres, database.name, tenant, password),
      port: pooler.port,
      ssl: { ca: pooler.ca },
    });
    client.on("error", () => {});
    await client.connect();
    expect((await client.query("SELECT 1 AS one")).rows[0].one).toBe(1);
    return client;
  }

  async function answer(password: string): Promise<number> {
    const client = await connected(password);
    const { rows } = await client.query("SELECT 1 AS one");
    await client.end();
    return rows[0].one;
  }
});

describe("connections to the pooler without a login", () => {
  it("are closed within seconds, independent of the bytes sent", async () => {
    await using pooler = await startPgBouncer(postgres, { settings: { client_login_timeout: "1" } });
    const half = Array.from({ length: 50 }, () => halfOpen(pooler.port));
    await Promise.all(half.map((socket) => once(socket, "data")));
    await Promise.all(half.map((socket) => once(socket, "close")));
    const late = halfOpen(pooler.port);
    expect(String((await once(late, "data"))[0])).toBe("S");
    late.destroy();
  });
});

/** A connection that has requested TLS (PostgreSQL, Frontend/Backend Protocol, SSLRequest) and then stays silent. */
function halfOpen(port: number): Socket {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  socket.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]));
  return socket;
}
