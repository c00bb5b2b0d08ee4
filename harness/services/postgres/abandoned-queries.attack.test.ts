import pg, { type Client, type ClientConfig } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPgBouncer } from "../pgbouncer.ts";
import { login, type Postgres, startPostgres, superuser, withClient } from "../postgres.ts";

const attacker = "t_attack4444_app_a";
const neighbour = "t_neighb4444_app_a";
/** The operator's CONNECTION LIMIT of an app login, which is PgBouncer's default_pool_size. */
const connectionLimit = 5;

describe.each([15, 18] as const)("queries that their clients abandon, on PostgreSQL %i", (version) => {
  let servers: AsyncDisposableStack;
  let postgres: Postgres;
  let through: (user: string) => ClientConfig;

  beforeAll(async () => {
    servers = new AsyncDisposableStack();
    postgres = servers.use(await startPostgres({ version, settings: { log_statement: "none" } }));
    const pooler = servers.use(await startPgBouncer(postgres, { settings: { query_wait_timeout: "2" } }));
    through = (user) => ({
      ...login(postgres, "dotmac", user, "secret"),
      port: pooler.port,
      ssl: { ca: pooler.ca },
    });
    await withClient(superuser(postgres), (client) =>
      client.query(
        `CREATE ROLE ${attacker} LOGIN PASSWORD 'secret' CONNECTION LIMIT ${connectionLimit};
         CREATE ROLE ${neighbour} LOGIN PASSWORD 'secret' CONNECTION LIMIT ${connectionLimit};
         GRANT CONNECT ON DATABASE dotmac TO ${attacker}, ${neighbour}`,
      ),
    );
  });
  afterAll(() => servers?.disposeAsync());

  it("end within seconds after their client, unless the login changes the setting", async () => {
    await abandon("SELECT pg_sleep(600)");
    await expect.poll(() => connectionsOf(attacker), { timeout: 20_000 }).toBe(0);
  });

  it("take no more connections of the server than the login's limit, and none of a neighbour", async () => {
    const sleep = "SET client_connection_check_interval = 0; SELECT pg_sleep(600)";
    for (let turn = 0; turn < 3 * connectionLimit; turn += 1) await abandon(sleep).catch(() => {});
    expect(await connectionsOf(attacker)).toBe(connectionLimit);
    await expect(abandon(sleep)).rejects.toThrow(
      /login has been failing|query_wait_timeout|too many connections for role/,
    );
    const { rows } = await withClient(through(neighbour), (client) => client.query("SELECT 1 AS one"));
    expect(rows).toEqual([{ one: 1 }]);
  });

  /** Sends a query, waits until the server runs it, and closes the socket. */
  async function abandon(query: string): Promise<void> {
    const before = await connectionsOf(attacker);
    const client = new pg.Client(through(attacker));
    client.on("error", () => {});
    await client.connect();
    const failed = client.query(query).catch((error: Error) => error);
    const running = expect.poll(() => connectionsOf(attacker), { timeout: 10_000 }).toBe(before + 1);
    const refusal = await Promise.race([failed, running]);
    streamOf(client).destroy();
    if (refusal instanceof Error) throw refusal;
  }

  function connectionsOf(user: string): Promise<number> {
    return withClient(superuser(postgres), async (client) => {
      const { rows } = await client.query(
        "SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = $1 AND wait_event = 'PgSleep'",
        [user],
      );
      return rows[0].count;
    });
  }
});

/** The driver's socket, which it does not declare. */
function streamOf(client: Client): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}
