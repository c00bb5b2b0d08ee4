import type { Socket } from "node:net";
import pg, { type Client, type ClientConfig } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPgBouncer } from "../pgbouncer.ts";
import { login, type Postgres, startPostgres, superuser, withClient } from "../postgres.ts";

const attacker = "t_attack3333_app_a";
const neighbour = "t_neighb3333_app_a";

/** Uses its own servers, because a successful attack breaks them for all users. */
describe.each([15, 18] as const)("while one login attacks PostgreSQL %i through the pooler", (version) => {
  let servers: AsyncDisposableStack;
  let postgres: Postgres;
  let through: (user: string) => ClientConfig;

  beforeAll(async () => {
    servers = new AsyncDisposableStack();
    postgres = servers.use(
      await startPostgres({ version, settings: { max_connections: "120", log_statement: "none" } }),
    );
    const pooler = servers.use(await startPgBouncer(postgres));
    through = (user) => ({
      ...login(postgres, "dotmac", user, "secret"),
      port: pooler.port,
      ssl: { ca: pooler.ca },
    });
    await withClient(superuser(postgres), (client) =>
      client.query(
        `CREATE ROLE ${attacker} LOGIN PASSWORD 'secret'; CREATE ROLE ${neighbour} LOGIN PASSWORD 'secret';
         GRANT CONNECT ON DATABASE dotmac TO ${attacker}, ${neighbour};
         CREATE SCHEMA mine AUTHORIZATION ${attacker}`,
      ),
    );
  });
  afterAll(() => servers?.disposeAsync());

  it.each<[string, string]>([
    ["memory", "SELECT length(repeat('x', 900000000))"],
    [
      "memory in small steps",
      "SELECT length(string_agg(repeat('x', 1000), '')) FROM generate_series(1, 100000)",
    ],
    ["processor time", "SELECT count(*) FROM generate_series(1, 2000000)"],
    [
      "temporary files",
      "SELECT count(*) FROM (SELECT i, -i AS j FROM generate_series(1, 500000) i ORDER BY 2, 1) s",
    ],
  ])(
    "by %s, on more connections than it gets, each query of another tenant is answered",
    async (_, attack) => {
      const ending = new AbortController();
      const attackers = Array.from({ length: 20 }, () =>
        repeatUntil(ending.signal, through(attacker), attack),
      );
      try {
        await withClient(through(neighbour), async (client) => {
          for (let turn = 0; turn < 100; turn += 1) {
            expect((await client.query("SELECT $1::int AS turn", [turn])).rows).toEqual([{ turn }]);
          }
        });
        expect(await connectionsOf(attacker)).toBeGreaterThan(0);
        expect(await connectionsOf(attacker)).toBeLessThanOrEqual(5);
      } finally {
        ending.abort();
        await Promise.all(attackers);
      }
    },
  );

  it("by large queries whose results it does not read, each query of another tenant is answered", async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => connected(through(attacker))));
    try {
      for (const client of clients) {
        client.query("SELECT repeat('x', 10000) FROM generate_series(1, 20000)").catch(() => {});
        // Unread data stay in the pooler and the server.
        streamOf(client).pause();
      }
      await withClient(through(neighbour), async (client) => {
        for (let turn = 0; turn < 100; turn += 1) await client.query("SELECT");
      });
      expect(await connectionsOf(attacker)).toBeLessThanOrEqual(5);
    } finally {
      for (const client of clients) streamOf(client).destroy();
    }
  });

  function connectionsOf(user: string): Promise<number> {
    return withClient(superuser(postgres), async (client) => {
      const { rows } = await client.query(
        "SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = $1",
        [user],
      );
      return rows[0].count;
    });
  }
});

async function repeatUntil(signal: AbortSignal, config: ClientConfig, attack: string): Promise<void> {
  await withClient(config, async (client) => {
    while (!signal.aborted) await client.query(attack).catch(() => {});
  });
}

async function connected(config: ClientConfig): Promise<Client> {
  const client = new pg.Client(config);
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** The driver's socket, which it does not declare. */
function streamOf(client: Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}
