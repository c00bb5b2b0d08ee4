import { readFile } from "node:fs/promises";
import { Client, type ClientConfig } from "pg";
import { describe, expect, it } from "vitest";
import { startPostgres, withClient } from "../../../../../harness/services/postgres.ts";
import { eventually } from "../../../kubernetes/testing/eventually.ts";
import { migratorLogin } from "../../testing/database/migrator-login.ts";
import { platformDatabase } from "../../testing/database/platform-database.ts";
import { tenantDatabase } from "../../testing/database/tenant-database.ts";
import { createUnendableWatch } from "./kill-unendable.ts";

/** The distance of two paths takes the product of their points, and is computed in one go: here for half a minute. */
const endless = `WITH points AS (SELECT string_agg('(' || n || ',' || n % 7 || ')', ',') AS list FROM generate_series(1, 60000) AS n)
  SELECT ('[' || list || ']')::path <-> ('[' || list || ',(1,900000)]')::path FROM points`;
const tooOld = { app: 0, migrator: 0 };
const young = { app: 3_600, migrator: 3_600 };

/** A session that the server may end. */
async function openClient(login: ClientConfig): Promise<{ client: Client; ended: Promise<void> }> {
  const client = new Client(login);
  const ended = new Promise<void>((resolve) => client.on("error", () => resolve()));
  await client.connect();
  return { client, ended };
}

describe.each([15, 18] as const)("a session of PostgreSQL %i", { timeout: 120_000 }, (version) => {
  it("that computes on when it is asked to end is killed, and the server serves again", async () => {
    await using postgres = await startPostgres({ version });
    await using platform = await platformDatabase(postgres);
    const north = await tenantDatabase(platform, "north");
    const watch = createUnendableWatch();
    const { client: attacker } = await openClient(north.login);
    const killed = attacker.query(endless).then(
      () => false,
      () => true,
    );
    await eventually("the session computes the distance", async () => (await computedSeconds()) > 1, 50_000);
    expect(await watch(platform.postgres, young, 0)).toBeUndefined();
    expect(await watch(platform.postgres, tooOld, 0)).toBeUndefined();
    expect(await watch(platform.postgres, tooOld, 9_999)).toBeUndefined();
    expect(await computedSeconds()).toBeGreaterThan(1);
    expect(await watch(platform.postgres, tooOld, 10_000)).toBe(north.names.roles.appA);
    expect(await killed).toBe(true);
    await eventually("the server serves again", () =>
      withClient(north.login, (client) => client.query("SELECT id FROM public.tenants")).catch(
        () => undefined,
      ),
    );
    expect(await watch(platform.postgres, tooOld, 20_000)).toBeUndefined();

    /** Processor seconds of the session's process; 0 without one. The points take far less than one of them. */
    async function computedSeconds(): Promise<number> {
      const [session] = await platform.postgres.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE usename = $1 AND state = 'active'",
        [north.names.roles.appA],
      );
      if (session === undefined) return 0;
      const [, after = ""] = (await readFile(`/proc/${session.pid}/stat`, "utf8")).split(") ");
      return Number(after.split(" ")[11]) / 100;
    }
  });

  it("that ends when it is asked to is not killed", async () => {
    await using postgres = await startPostgres({ version });
    await using platform = await platformDatabase(postgres);
    const north = await tenantDatabase(platform, "north");
    const south = await tenantDatabase(platform, "south");
    const migrator = await migratorLogin(platform, north);
    const watch = createUnendableWatch();
    await withClient(south.login, async (neighbour) => {
      for (const login of [north.login, migrator]) {
        const { client, ended } = await openClient(login);
        await client.query("BEGIN; SELECT pg_sleep(0)");
        expect(await watch(platform.postgres, tooOld, 0)).toBeUndefined();
        await ended;
      }
      expect(await watch(platform.postgres, tooOld, 10_000)).toBeUndefined();
      await neighbour.query("SELECT id FROM public.tenants");
    });
  });

  it("of a login that is disabled is asked to end", async () => {
    await using postgres = await startPostgres({ version });
    await using platform = await platformDatabase(postgres);
    const north = await tenantDatabase(platform, "north");
    const { ended } = await openClient(north.login);
    const watch = createUnendableWatch();
    expect(await watch(platform.postgres, young, 0)).toBeUndefined();
    await platform.postgres.query(`ALTER ROLE ${north.names.roles.appA} NOLOGIN`);
    expect(await watch(platform.postgres, young, 0)).toBeUndefined();
    await ended;
  });
});

it("a session is asked to end after three seconds while the queue of NOTIFY fills", async () => {
  await using postgres = await startPostgres({ version: 18, settings: { max_notify_queue_pages: "64" } });
  await using platform = await platformDatabase(postgres);
  const north = await tenantDatabase(platform, "north");
  const { client, ended } = await openClient(north.login);
  let over = false;
  void ended.then(() => (over = true));
  await client.query("LISTEN flood");
  await client.query("BEGIN; SELECT 1");
  const watch = createUnendableWatch();
  expect(await watch(platform.postgres, young, 0)).toBeUndefined();
  await withClient(north.login, async (sender) => {
    const notify = `DO $$ BEGIN EXECUTE format('NOTIFY flood, %L', repeat('x', 7000)); END $$`;
    for (let page = 0; page < 10; page += 1) await sender.query(notify);
  });
  await eventually("the session has ended", async () => {
    await watch(platform.postgres, young, 0);
    return over;
  });
});

it("only sessions of tenants can be killed, and only while they are the same ones", async () => {
  await using postgres = await startPostgres({ version: 18 });
  await using platform = await platformDatabase(postgres);
  const north = await tenantDatabase(platform, "north");
  await withClient(north.login, async (client) => {
    const kill = `SELECT usename, dotmac.kill_session(pid, backend_start - interval '1 microsecond' * $1::int) AS killed
      FROM pg_stat_activity WHERE usename = ANY ($2)`;
    const roles = [north.names.roles.appA, "dotmac_operator"];
    const found = await platform.postgres.query<{ usename: string; killed: boolean }>(kill, [1, roles]);
    expect(new Set(found.map(({ usename }) => usename))).toEqual(new Set(roles));
    expect(found.filter(({ killed }) => killed)).toEqual([]);
    expect(await platform.postgres.query(kill, [0, ["dotmac_operator"]])).toEqual([
      { usename: "dotmac_operator", killed: false },
    ]);
    await expect(client.query("SELECT dotmac.kill_session(1, now())")).rejects.toMatchObject({
      code: "42501",
    });
  });
});
