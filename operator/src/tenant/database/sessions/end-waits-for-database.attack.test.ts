import { expect, inject, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import { platformDatabase } from "../../testing/database/platform-database.ts";
import { tenantDatabase } from "../../testing/database/tenant-database.ts";
import { endWaitsForDatabase } from "./end-waits-for-database.ts";

const cases = (["postgres15", "postgres18"] as const).flatMap((server) =>
  ["DROP DATABASE $", "ALTER DATABASE $ RENAME TO other", "ALTER DATABASE $ SET TABLESPACE pg_default"].map(
    (statement) => [statement, server] as const,
  ),
);

it.each(cases)(
  "%s of a tenant does not block a neighbour's connections, on %s",
  async (statement, server) => {
    await using platform = await platformDatabase(inject(server));
    const { postgres } = platform;
    const attacker = await tenantDatabase(platform, "attacker");
    const north = await tenantDatabase(platform, "north");
    const { database } = attacker.login;
    await withClient(attacker.login, async (holder) => {
      await holder.query(`BEGIN; ALTER ROLE CURRENT_USER IN DATABASE "${database}" SET work_mem = '1MB'`);
      expect(await endWaitsForDatabase(postgres)).toEqual([]);
      await withClient(attacker.login, async (waiter) => {
        const waiting = waiter.query(statement.replace("$", `"${database}"`)).then(
          () => "done",
          (error: Error) => error.message,
        );
        const waits = "SELECT FROM pg_locks WHERE NOT granted AND classid = 'pg_database'::regclass";
        while ((await postgres.query(waits)).length === 0);
        const neighbour = withClient(
          north.login,
          async (client) => (await client.query("SELECT 1 AS one")).rows,
        );
        while ((await postgres.query(waits)).length < 2);
        expect(await endWaitsForDatabase(postgres)).toEqual([attacker.names.roles.appA]);
        expect(await neighbour).toEqual([{ one: 1 }]);
        expect(await waiting).toContain("terminat");
      });
    });
  },
);

it.each(["postgres15", "postgres18"] as const)(
  "GRANT … ON DATABASE in an open transaction of a tenant does not block the end of VACUUM, on %s",
  async (server) => {
    await using platform = await platformDatabase(inject(server));
    const { postgres } = platform;
    const attacker = await tenantDatabase(platform, "attacker");
    const { database } = attacker.login;
    await withClient(attacker.login, async (holder) => {
      const ended = new Promise((resolve) => holder.on("error", resolve));
      await holder.query(`BEGIN; GRANT CONNECT ON DATABASE "${database}" TO CURRENT_USER`);
      expect(await endWaitsForDatabase(postgres)).toEqual([]);
      const vacuum = withClient(platform.database.superuser, (client) => client.query("VACUUM FREEZE pg_am"));
      const waits = `SELECT FROM pg_locks AS held JOIN pg_locks AS waiting USING (pid)
                   WHERE held.locktype = 'frozenid' AND waiting.locktype = 'transactionid' AND NOT waiting.granted`;
      while ((await postgres.query(waits)).length === 0);
      expect(await endWaitsForDatabase(postgres)).toEqual([attacker.names.roles.appA]);
      expect((await vacuum).command).toBe("VACUUM");
      expect(String(await ended)).toContain("terminat");
    });
  },
);
