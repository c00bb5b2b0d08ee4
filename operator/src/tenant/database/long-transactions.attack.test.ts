import { expect, inject, it } from "vitest";
import { withClient } from "../../../../e2e/services/postgres.ts";
import type {} from "../../../../e2e/services/vitest.ts";
import { platformDatabase } from "../testing/platform-database.ts";
import { tenantDatabase } from "../testing/tenant-database.ts";
import { endLongTransactions } from "./end-long-transactions.ts";

it.each(["postgres15", "postgres18"] as const)(
  "a transaction that is kept open loses its lock on a shared table, and a short one does not, on %s",
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

      expect(await endLongTransactions(postgres, epoch, 120)).toEqual([]);
      await holder.query("SELECT id FROM public.tenants");
      expect(await endLongTransactions(postgres, epoch, 0)).toEqual([north.names.roles.appA]);
      await expect(holder.query("SELECT 1")).rejects.toThrow();
      await postgres.query(change);
    });
  },
);
