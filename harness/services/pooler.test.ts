import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createAuthority } from "../authority/authority.ts";
import { startPgBouncer } from "./pgbouncer.ts";
import { createDatabase, login, type TestDatabase, withClient } from "./postgres.ts";

describe.each([
  ["postgres15", "pgbouncer15"],
  ["postgres18", "pgbouncer18"],
] as const)("the pooler in front of %s", (postgresName, poolerName) => {
  const postgres = inject(postgresName);
  const pooler = inject(poolerName);
  const tenant = "t_poolertest_app_a";
  let database: TestDatabase;

  const through = (user: string, password: string, { port, ca } = pooler) => ({
    ...login(postgres, database.name, user, password),
    port,
    ssl: { ca },
  });

  beforeAll(async () => {
    database = await createDatabase(postgres);
    await withClient(database.operator, async (client) => {
      await client.query(`CREATE ROLE ${tenant} LOGIN PASSWORD 'secret of a tenant'`);
      await client.query(`GRANT CONNECT ON DATABASE ${database.name} TO ${tenant}`);
    });
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await using another = await createDatabase(postgres);
    await withClient(another.operator, (client) => client.query(`DROP ROLE ${tenant}`));
  });

  it("lets a tenant in with its own password only", async () => {
    const user = await withClient(through(tenant, "secret of a tenant"), async (client) => {
      return (await client.query("SELECT session_user AS name")).rows[0].name;
    });
    expect(user).toBe(tenant);
    await expect(withClient(through(tenant, "another"), async () => {})).rejects.toThrow("SASL");
  });

  it("does not know the superuser or the operator, even with the right password", async () => {
    for (const [user, password] of [
      ["postgres", postgres.superuserPassword],
      ["dotmac_operator", postgres.passwords.operator],
    ] as const) {
      await expect(
        withClient(through(user, password), async () => {}),
        user,
      ).rejects.toThrow("SASL authentication failed");
    }
  });

  it("refuses a connection without TLS", async () => {
    const plain = { ...through(tenant, "secret of a tenant"), ssl: false };
    await expect(withClient(plain, async () => {})).rejects.toThrow("SSL required");
  });

  it("ends a query that takes too long, even if the login has set another timeout", async () => {
    await using strict = await startPgBouncer(postgres, { settings: { query_timeout: "1" } });
    await withClient(through(tenant, "secret of a tenant", strict), async (client) => {
      await client.query("SET statement_timeout = 0");
      await expect(client.query("SELECT pg_sleep(60)")).rejects.toThrow(/query.timeout|terminated/i);
    });
  });

  it("refuses a server with a certificate of another authority", async () => {
    const { certificate } = await createAuthority("another");
    await using wary = await startPgBouncer(
      { ...postgres, ca: certificate },
      { settings: { query_wait_timeout: "1" } },
    );
    await expect(withClient(through(tenant, "secret of a tenant", wary), async () => {})).rejects.toThrow(
      "query_wait_timeout",
    );
    expect(await wary.log()).toMatch(/certificate verify failed|TLS handshake/i);
  });
});
