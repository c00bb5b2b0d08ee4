import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";
import { expect, inject, it } from "vitest";
import { withClient } from "../../../harness/services/postgres.ts";
import type {} from "../../../harness/services/vitest.ts";
import { migratePlatform } from "../clients/postgres/platform-schema.ts";
import { startPlatform } from "./start-platform.ts";
import { platformDatabase } from "./testing/database/platform-database.ts";
import { tenantDatabase } from "./testing/database/tenant-database.ts";

it.each(["postgres15", "postgres18"] as const)(
  "a login that holds a shared table delays the operator's migration and no neighbour, on %s",
  async (server) => {
    await using platform = await platformDatabase(inject(server));
    const north = await tenantDatabase(platform, "north");
    const south = await tenantDatabase(platform, "south");
    await using directory = await mkdtempDisposable(join(tmpdir(), "dotmac-sql-"));
    const change = "ALTER TABLE public.licenses ALTER plan SET STATISTICS 50, ALTER plan TYPE text;";
    await writeFile(join(directory.path, "0001_licences.sql"), change);
    await withClient(platform.database.superuser, (client) =>
      client.query("TRUNCATE public.operator_schema"),
    );

    await withClient(north.login, async (holder) => {
      await holder.query("BEGIN; SELECT count(*) FROM public.licenses");
      const migrating = migratePlatform(platform.postgres, directory.path);
      await withClient(south.login, async (neighbour) => {
        await neighbour.query("SET lock_timeout = '2s'");
        await untilWaiting();
        // Refused with lock_timeout if the migration waited longer than that.
        for (let turn = 0; turn < 200; turn += 1)
          await neighbour.query("SELECT count(*) FROM public.licenses");
      });
      await holder.query("COMMIT");
      expect(await migrating).toEqual(["licences"]);
    });

    async function untilWaiting(): Promise<void> {
      const waiting = "SELECT FROM pg_locks WHERE relation = 'public.licenses'::regclass AND NOT granted";
      while ((await platform.postgres.query(waiting)).length === 0);
    }
  },
);

it.each(["postgres15", "postgres18"] as const)(
  "logins with overlapping reading transactions do not block the operator's migration of the tables they read, on %s",
  async (server) => {
    await using platform = await platformDatabase(inject(server));
    const north = await tenantDatabase(platform, "north");
    const south = await tenantDatabase(platform, "south");
    await using directory = await mkdtempDisposable(join(tmpdir(), "dotmac-sql-"));
    await writeFile(join(directory.path, "0001_licences.sql"), "ALTER TABLE public.licenses ADD note text;");
    await withClient(platform.database.superuser, (client) =>
      client.query("TRUNCATE public.operator_schema"),
    );
    const ending = new AbortController();
    const readers = overlappingReaders(north.login, ending.signal);
    try {
      await withClient(south.login, async (neighbour) => {
        await readers.begun;
        const epoch = await startPlatform(platform.postgres, "next", directory.path);
        expect(epoch).toBeGreaterThan(platform.epoch);
        expect((await neighbour.query("SELECT note FROM public.licenses")).rows).toEqual([{ note: null }]);
      });
    } finally {
      ending.abort();
      await readers.ended;
    }
  },
);

/** Two sessions of which one at least has read a shared table in an open transaction at any time. Who is ended returns. */
function overlappingReaders(login: ClientConfig, ending: AbortSignal) {
  const begun = Promise.withResolvers<void>();
  const ended = (async () => {
    let holder = await reader(login);
    begun.resolve();
    while (!ending.aborted) {
      const next = await reader(login);
      await holder.query("COMMIT").catch(() => {});
      await holder.end();
      holder = next;
    }
    await holder.end();
  })();
  ended.catch(begun.reject);
  return { begun: begun.promise, ended };
}

/** A session that has read and keeps its transaction, in spite of refusals meanwhile. */
async function reader(login: ClientConfig): Promise<Client> {
  for (;;) {
    const client = new Client(login);
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query("BEGIN; SELECT FROM public.licenses");
      return client;
    } catch {
      await client.end();
    }
  }
}
