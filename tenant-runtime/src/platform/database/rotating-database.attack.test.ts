import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { namesOnServers } from "../../../../contract/tenant-ids.ts";
import { type Relay, startRelay } from "../../../../harness/services/network/relay.ts";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { systemClock } from "../../../../process/clock.ts";
import { createLogger } from "../../../../process/log.ts";
import { createTenantSchema, type TenantSchema } from "../../../test/testing/process/test-tenant.ts";
import { until } from "../../../test/testing/process/until.ts";
import { RotatingDatabase } from "./rotating-database.ts";

const server = inject("postgres18");
let schema: TenantSchema;
let relay: Relay;
let database: RotatingDatabase;
beforeAll(async () => {
  schema = await createTenantSchema(server);
});
beforeEach(async () => {
  relay = await startRelay(server);
  const login = { user: namesOnServers(schema.id).appLogins.a, password: schema.password };
  database = new RotatingDatabase({
    settings: {
      host: "localhost",
      port: relay.port,
      name: schema.database.name,
      poolSize: 2,
      statementTimeoutMs: 5_000,
      ca: () => server.ca,
    },
    login: { current: () => login, onChange: () => () => {} },
    log: createLogger("error"),
    clock: systemClock,
  });
});
afterEach(async () => {
  await database.close();
  await relay[Symbol.asyncDispose]();
});
afterAll(() => schema[Symbol.asyncDispose]());

const ask = (sql: string) => database.transaction((transaction) => transaction.query(sql));
const asSuperuser = (sql: string) => withClient(schema.database.superuser, (client) => client.query(sql));

describe("the check whether the database is reachable", () => {
  it("succeeds while slow requests hold every connection of the pool and others wait", async () => {
    const slow = Array.from({ length: 4 }, () => ask("SELECT pg_sleep(3)"));
    await until(
      () => database.counts,
      ({ open, idle, waiting }) => open === 2 && idle === 0 && waiting === 2,
    );
    expect(await database.check()).toEqual({ queryMs: expect.any(Number) });
    expect(database.counts).toMatchObject({ idle: 0, waiting: 2 });
    await Promise.all(slow);
  });

  it("succeeds through running requests while the server accepts no new connection", async () => {
    await ask("SELECT 1");
    await asSuperuser(`ALTER ROLE ${namesOnServers(schema.id).appLogins.a} NOLOGIN`);
    try {
      await expect(database.check()).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
      let asking = true;
      const requests = (async () => {
        while (asking) await ask("SELECT 1");
      })();
      try {
        expect(await database.check()).toEqual({ busy: true });
      } finally {
        asking = false;
        await requests;
      }
    } finally {
      await asSuperuser(`ALTER ROLE ${namesOnServers(schema.id).appLogins.a} LOGIN`);
    }
  });

  it("fails once the database is gone, and succeeds when it is back", async () => {
    expect(await database.check()).toEqual({ queryMs: expect.any(Number) });
    await relay.cut();
    const requests = [ask("SELECT 1"), ask("SELECT 1")].map((request) => request.catch(() => {}));
    await expect(database.check()).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    await Promise.all(requests);
    await relay.mend();
    expect(await database.check()).toEqual({ queryMs: expect.any(Number) });
  });

  it("leaves no connection open", async () => {
    await database.check();
    await until(
      async () => {
        const { rows } = await asSuperuser(
          `SELECT 1 FROM pg_stat_activity WHERE usename = '${namesOnServers(schema.id).appLogins.a}'`,
        );
        return rows.length;
      },
      (open) => open === 0,
    );
  });
});
