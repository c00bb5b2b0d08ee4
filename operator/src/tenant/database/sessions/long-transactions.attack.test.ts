import { expect, inject, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import { sessionEnded } from "../../../../../harness/services/session-ended.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import { migratorLogin } from "../../testing/database/migrator-login.ts";
import { platformDatabase } from "../../testing/database/platform-database.ts";
import { tenantDatabase } from "../../testing/database/tenant-database.ts";
import { endLongTransactions } from "./end-long-transactions.ts";

it.each(["postgres15", "postgres18"] as const)(
  "a transaction that is open for long loses its lock on a shared table, and a short one does not, on %s",
  async (server) => {
    await using platform = await platformDatabase(inject(server));
    const { postgres, epoch } = platform;
    const north = await tenantDatabase(platform, "north");
    await withClient(north.login, async (holder) => {
      await holder.query("BEGIN");
      await holder.query("SELECT id FROM public.tenants");
      const change = "ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY";
      const blocked = postgres.transaction(async (transaction) => {
        await transaction.query("SET LOCAL lock_timeout = '50ms'");
        await transaction.query(change);
      });
      await expect(blocked).rejects.toThrow("lock timeout");

      expect(await endLongTransactions(postgres, epoch, { app: 120, migrator: 120 })).toEqual([]);
      await holder.query("SELECT id FROM public.tenants");
      expect(await endLongTransactions(postgres, epoch, { app: 0, migrator: 120 })).toEqual([
        north.names.roles.appA,
      ]);
      await expect(holder.query("SELECT 1")).rejects.toThrow(sessionEnded);
      await postgres.query(change);
    });
  },
);

it.each(["postgres15", "postgres18"] as const)(
  "a migrator's transaction is ended after its own time, not after that of a runtime, on %s",
  async (server) => {
    await using platform = await platformDatabase(inject(server));
    const { postgres, epoch } = platform;
    const north = await tenantDatabase(platform, "north");
    const { migrator: login } = north.names.roles;
    await withClient(await migratorLogin(platform, north), async (migrator) => {
      await migrator.query("BEGIN");
      expect(await endLongTransactions(postgres, epoch, { app: 0, migrator: 3_600 })).toEqual([]);
      await migrator.query("SELECT 1");
      expect(await endLongTransactions(postgres, epoch, { app: 3_600, migrator: 0 })).toEqual([login]);
      await expect(migrator.query("SELECT 1")).rejects.toThrow(sessionEnded);
    });
  },
);
