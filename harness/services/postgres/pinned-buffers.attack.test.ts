import pg, { type Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { platformValues } from "../place/platform-values.ts";
import { login, type Postgres, startPostgres, superuser, withClient } from "../postgres.ts";

/** The logins of one tenant with their CONNECTION LIMIT. */
const logins = { t_attack5555_app_a: 5, t_attack5555_app_b: 5, t_attack5555_migrator: 2 };

/** The figure of charts/postgres-share.test.ts. */
const pinsOfProcess = 3_600;
const outOfMemory = "53200";

/** Uses its own server, because a successful attack breaks the server for all users. */
describe.each([15, 18] as const)("a tenant that pins buffers of PostgreSQL %i", (version) => {
  let postgres: Postgres;
  let neighbour: Client;

  beforeAll(async () => {
    const { sharedBuffers, maxConnections } = (await platformValues()).postgres;
    postgres = await startPostgres({
      version,
      settings: {
        shared_buffers: sharedBuffers,
        max_connections: String(maxConnections),
        log_statement: "none",
      },
    });
    neighbour = new pg.Client(superuser(postgres));
    neighbour.on("error", () => {});
    await neighbour.connect();
    await neighbour.query(
      `CREATE EXTENSION pg_buffercache;
       CREATE SCHEMA attack; CREATE TABLE attack.pages (number int) WITH (fillfactor = 10);
       INSERT INTO attack.pages SELECT generate_series(1, 1150000);
       CREATE TABLE neighbours (number int)`,
    );
    for (const [name, limit] of Object.entries(logins)) {
      await neighbour.query(
        `CREATE ROLE ${name} LOGIN PASSWORD 'secret' CONNECTION LIMIT ${limit};
         GRANT CONNECT ON DATABASE dotmac TO ${name};
         GRANT USAGE ON SCHEMA attack TO ${name}; GRANT SELECT ON attack.pages TO ${name}`,
      );
    }
  });
  afterAll(async () => {
    await neighbour?.end();
    await postgres?.[Symbol.asyncDispose]();
  });

  it("with all its connections leaves a third of them, and other tenants log in, read and write", async () => {
    const attackers = Object.entries(logins).flatMap(([name, limit]) => Array<string>(limit).fill(name));
    const sessions = await Promise.all(
      attackers.map((name) => connected(login(postgres, "dotmac", name, "secret"))),
    );
    try {
      for (const [session, client] of sessions.entries()) {
        const pins = await pinUntilFull(client, session);
        expect(pins).toBeGreaterThan(1_000);
        expect(pins).toBeLessThanOrEqual(pinsOfProcess);
      }
      expect(await pinnedShare()).toBeLessThan(0.67);
      await neighbour.query("INSERT INTO neighbours SELECT generate_series(1, 1000000)");
      const { rows } = await withClient(superuser(postgres), (client) =>
        client.query("SELECT count(*)::int AS count FROM neighbours"),
      );
      expect(rows).toEqual([{ count: 1_000_000 }]);
    } finally {
      await Promise.all(sessions.map((client) => client.end()));
    }
  });

  async function pinnedShare(): Promise<number> {
    const { rows } = await neighbour.query<{ share: number }>(
      "SELECT avg(CASE WHEN pinning_backends > 0 THEN 1 ELSE 0 END)::float8 AS share FROM pg_buffercache",
    );
    return rows[0]?.share ?? Number.NaN;
  }
});

/** A session's pages. It has no memory for a cursor on each of them. */
const pagesOfSession = 4_000;
const cursorsAtOnce = 50;

/** Opens cursors, each on a page of its own, until the memory of the process is full. Returns their number. */
async function pinUntilFull(client: Client, session: number): Promise<number> {
  await client.query("BEGIN; SET LOCAL plan_cache_mode = force_generic_plan");
  for (let opened = 0; opened < pagesOfSession; opened += cursorsAtOnce) {
    const first = session * pagesOfSession + opened;
    await client.query("SAVEPOINT before");
    try {
      await client.query(openCursors(first));
      await client.query("RELEASE before");
    } catch (error) {
      await client.query("ROLLBACK TO before");
      expect(error).toMatchObject({ code: outOfMemory });
      return opened;
    }
  }
  return pagesOfSession;
}

/** The cursors share one cached plan, so that each takes little memory. */
function openCursors(first: number): string {
  return `DO $$ DECLARE page refcursor; place tid; found int; BEGIN
    FOR number IN ${first}..${first + cursorsAtOnce - 1} LOOP
      page := 'page' || number;
      place := ('(' || number || ',1)')::tid;
      OPEN page NO SCROLL FOR SELECT 1 FROM attack.pages WHERE ctid = place;
      FETCH page INTO found;
    END LOOP;
  END $$`;
}

async function connected(config: pg.ClientConfig): Promise<Client> {
  const client = new pg.Client(config);
  client.on("error", () => {});
  await client.connect();
  return client;
}
