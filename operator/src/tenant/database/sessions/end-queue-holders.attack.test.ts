import type { ClientConfig } from "pg";
import { describe, expect, it } from "vitest";
import { startPostgres, withClient } from "../../../../../harness/services/postgres.ts";
import { migratorLogin } from "../../testing/database/migrator-login.ts";
import { type PlatformDatabase, platformDatabase } from "../../testing/database/platform-database.ts";
import { tenantDatabase } from "../../testing/database/tenant-database.ts";
import { endQueueHolders } from "./end-queue-holders.ts";

/** Two thirds of a page each, so that a page holds one. */
const notify = (count: number) => `DO $$ BEGIN FOR n IN 1..${count} LOOP
  EXECUTE format('NOTIFY flood, %L', repeat('x', 7000) || n); END LOOP; END $$`;

/** 8 GiB on 15; on 18 as small as it can be, 64 pages. */
const servers = [
  { version: 15, settings: {}, atOnce: 500 },
  { version: 18, settings: { max_notify_queue_pages: "64" }, atOnce: 1 },
] as const;

describe.each(servers)("a login that holds the queue of NOTIFY of PostgreSQL $version", (server) => {
  it("loses its session once the queue fills, and its neighbour does not", async () => {
    await using postgres = await startPostgres(server);
    await using platform = await platformDatabase(postgres);
    const north = await tenantDatabase(platform, "north");
    const south = await tenantDatabase(platform, "south");
    await withClient(south.login, async (neighbour) => {
      await holding(north.login, async () => {
        expect(await endQueueHolders(platform.postgres, 0)).toEqual([]);
        await withClient(north.login, async (client) => {
          while ((await used(platform)) <= 0.01) await client.query(notify(server.atOnce));
        });
        expect(await endQueueHolders(platform.postgres, 3_600)).toEqual([]);
        expect(await endQueueHolders(platform.postgres, 0)).toEqual([north.names.roles.appA]);
        while ((await used(platform)) > 0.01);
      });
      await neighbour.query("SELECT id FROM public.tenants");
    });
  });
});

it("a migrator that holds the queue of NOTIFY loses its session later", async () => {
  await using postgres = await startPostgres({ version: 18, settings: { max_notify_queue_pages: "64" } });
  await using platform = await platformDatabase(postgres);
  const north = await tenantDatabase(platform, "north");
  const migrator = await migratorLogin(platform, north);
  await holding(migrator, async () => {
    await withClient(north.login, (client) => client.query(notify(2)));
    expect(await used(platform)).toBeGreaterThan(0.01);
    expect(await endQueueHolders(platform.postgres, 0)).toEqual([]);
    await withClient(north.login, (client) => client.query(notify(8)));
    expect(await endQueueHolders(platform.postgres, 0)).toEqual([north.names.roles.migrator]);
    while ((await used(platform)) > 0.01);
  });
});

/** Listens in a transaction of `login` while `work` goes on. */
async function holding(login: ClientConfig, work: () => Promise<void>): Promise<void> {
  await withClient(login, async (listener) => {
    listener.on("error", () => {});
    await listener.query("LISTEN flood");
    await listener.query("BEGIN");
    await listener.query("SELECT 1");
    await work();
  });
}

async function used({ postgres }: Pick<PlatformDatabase, "postgres">): Promise<number> {
  const [row] = await postgres.query<{ used: number }>("SELECT pg_notification_queue_usage() AS used");
  return row?.used ?? Number.NaN;
}
