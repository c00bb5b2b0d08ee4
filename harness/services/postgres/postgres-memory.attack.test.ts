import pg, { type Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { login, type Postgres, startPostgres, superuser, withClient } from "../postgres.ts";

const attacker = "t_attack2222_app_a";
const outOfMemory = "53200";

/** Uses its own server, because a successful attack breaks the server for all users. */
describe.each([15, 18] as const)("one login's memory on PostgreSQL %i", (version) => {
  let postgres: Postgres;
  /** Connected before the attacks. The connection is lost when any process of the server ends by a signal. */
  let neighbour: Client;

  const asAttacker = <Result>(work: (client: Client) => Promise<Result>) =>
    withClient(login(postgres, "dotmac", attacker, "secret"), work);

  beforeAll(async () => {
    postgres = await startPostgres({ version, settings: { max_connections: "120", log_statement: "none" } });
    neighbour = new pg.Client(superuser(postgres));
    await neighbour.connect();
    await neighbour.query(
      `CREATE ROLE ${attacker} LOGIN PASSWORD 'secret';
       GRANT CONNECT ON DATABASE dotmac TO ${attacker};
       CREATE SCHEMA attack; CREATE TABLE attack.rows (number int);
       GRANT USAGE ON SCHEMA attack TO ${attacker}; GRANT ALL ON attack.rows TO ${attacker}`,
    );
  });
  afterAll(async () => {
    await neighbour?.end();
    await postgres?.[Symbol.asyncDispose]();
  });

  it.each<[string, (client: Client) => Promise<unknown>]>([
    ["one value", (client) => client.query("SELECT length(repeat('x', 900000000))")],
    ["an array", (client) => client.query("SELECT array_length(array_fill(1, ARRAY[100000000]), 1)")],
    [
      "an aggregate",
      (client) =>
        client.query("SELECT length(string_agg(repeat('x', 1000), '')) FROM generate_series(1, 10000000)"),
    ],
    [
      "a hash with memory that the login allowed itself",
      (client) =>
        client.query(
          `SET work_mem = '2000MB'; SET hash_mem_multiplier = 1000;
           SELECT count(*) FROM (SELECT md5(i::text) FROM generate_series(1, 3000000) i GROUP BY 1) AS groups`,
        ),
    ],
    [
      "a recursive query",
      (client) =>
        client.query(
          `SET work_mem = '2000MB';
           WITH RECURSIVE r AS (SELECT repeat('x', 1000) AS a, 1 AS i UNION SELECT a || i, i + 1 FROM r)
           SELECT max(length(a)) FROM r`,
        ),
    ],
    ["the text of a query", (client) => client.query(`SELECT ${Array(300_000).fill("1").join("+")}`)],
    ["a parameter", (client) => client.query("SELECT length($1)", ["x".repeat(100_000_000)])],
    [
      "settings",
      (client) =>
        client.query(
          `SELECT set_config('attack.a', repeat('x', 20000000), false) IS NULL;
           SELECT set_config('attack.b', repeat('x', 20000000), false) IS NULL;
           SELECT set_config('attack.c', repeat('x', 20000000), false) IS NULL`,
        ),
    ],
    ["prepared statements", (client) => untilRefused(client, (i) => `PREPARE p${i} AS ${longQuery}`)],
    [
      "cursors",
      async (client) => {
        await client.query("BEGIN");
        await untilRefused(client, (i) => `DECLARE c${i} CURSOR FOR SELECT * FROM pg_attribute ORDER BY 1`);
      },
    ],
  ])("is bounded: %s", async (_, attack) => {
    await asAttacker(async (client) => {
      await expect(attack(client)).rejects.toMatchObject({ code: outOfMemory });
      await client.query("ROLLBACK; DEALLOCATE ALL");
      // The login itself still works for ordinary queries.
      expect((await client.query("SELECT length(repeat('x', 1000000))")).rows).toEqual([
        { length: 1_000_000 },
      ]);
    });
    expect((await neighbour.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  it("is not multiplied by helpers of a query, even if the login sets more of them", async () => {
    await asAttacker(async (client) => {
      await client.query(
        `INSERT INTO attack.rows SELECT generate_series(1, 1000);
         SET max_parallel_workers_per_gather = 8; SET max_parallel_workers = 8; SET min_parallel_table_scan_size = 0;
         SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0`,
      );
      const plan = await client.query("EXPLAIN (ANALYZE, FORMAT JSON) SELECT count(*) FROM attack.rows");
      expect(JSON.stringify(plan.rows)).toContain('"Workers Planned"');
      expect(JSON.stringify(plan.rows)).toContain('"Workers Launched":0');
    });
  });

  it("is bounded for the temporary files of a query, even if the login sets more", async () => {
    await asAttacker(async (client) => {
      const attack = client.query(
        "SELECT count(*) FROM (SELECT repeat(md5(i::text), 20) AS a, i FROM generate_series(1, 500000) i ORDER BY 1, 2 OFFSET 0) AS s",
      );
      await expect(attack).rejects.toMatchObject({ code: "53400" });
    });
  });

  it("leaves locks for other tenants when the login takes as many as it can", async () => {
    const clients = await Promise.all(
      [1, 2, 3, 4, 5].map(() => connected(login(postgres, "dotmac", attacker, "secret"))),
    );
    try {
      for (const client of clients) {
        await client.query("BEGIN");
        for (let turn = 0; turn < 11; turn += 1) await client.query(nestedSavepoints(400));
      }
      const held = await neighbour.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM pg_locks WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock'",
      );
      expect(held.rows[0]?.count).toBeGreaterThan(22_000);
      await neighbour.query("BEGIN; SELECT count(*) FROM pg_class, attack.rows; ROLLBACK");
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  });

  it("is enough for ordinary work of a tenant", async () => {
    await neighbour.query(
      `CREATE TABLE ordinary AS SELECT i, md5(i::text) AS name, to_tsvector('simple', md5(i::text)) AS words
         FROM generate_series(1, 50000) i;
       CREATE INDEX ON ordinary (name); CREATE INDEX ON ordinary USING gin (words)`,
    );
    await neighbour.query("VACUUM (ANALYZE, FULL) ordinary");
    expect((await neighbour.query("SELECT count(DISTINCT name)::int AS count FROM ordinary")).rows).toEqual([
      { count: 50_000 },
    ]);
  });
});

const longQuery = `SELECT ${Array.from({ length: 200 }, (_, i) => `${i} + $1::int`).join(", ")}`;

async function untilRefused(client: Client, statement: (turn: number) => string): Promise<void> {
  for (let turn = 0; turn < 20_000; turn += 1) await client.query(statement(turn));
}

/** Each savepoint is inside of the previous one and writes, so that it has its own transaction id and lock. */
function nestedSavepoints(count: number): string {
  return Array(count).fill("SAVEPOINT deeper; INSERT INTO attack.rows VALUES (1)").join(";");
}

async function connected(config: pg.ClientConfig): Promise<Client> {
  const client = new pg.Client(config);
  await client.connect();
  return client;
}
