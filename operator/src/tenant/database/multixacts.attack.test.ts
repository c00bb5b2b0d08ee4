import { expect, it } from "vitest";
import { startPostgres, withClient } from "../../../../harness/services/postgres.ts";
import { migratorLogin } from "../testing/database/migrator-login.ts";
import { platformDatabase } from "../testing/database/platform-database.ts";
import { tenantDatabase } from "../testing/database/tenant-database.ts";
import { areHeld, observeMultixacts } from "./multixacts.ts";
import { endLongTransactions } from "./sessions/end-long-transactions.ts";

/** The least that PostgreSQL accepts, so that the test makes few. */
const vacuumAge = 10_000;

it.each([15, 18] as const)(
  "multixacts that a migrator's transaction holds are removed once it is ended, on PostgreSQL %i",
  async (version) => {
    await using server = await startPostgres({
      version,
      settings: { autovacuum_multixact_freeze_max_age: String(vacuumAge), autovacuum_naptime: "1s" },
    });
    await using platform = await platformDatabase(server);
    const { postgres, epoch } = platform;
    const north = await tenantDatabase(platform, "north");
    const { schema, roles } = north.names;
    await withClient(platform.database.superuser, (client) =>
      client.query(
        `CREATE TABLE ${schema}.shared AS SELECT 1 AS number;
         ALTER TABLE ${schema}.shared OWNER TO ${roles.owner};
         GRANT SELECT, UPDATE ON ${schema}.shared TO ${roles.readWrite}, ${roles.migrator}`,
      ),
    );
    await withClient(await migratorLogin(platform, north), async (holder) => {
      await holder.query(`BEGIN; SELECT FROM ${schema}.shared FOR SHARE`);
      await withClient(north.login, (client) => client.query(makeMultixacts(2 * vacuumAge + 1_000)));
      expect(await observeMultixacts(postgres)).toMatchObject({ vacuumAge });
      expect(areHeld(await observeMultixacts(postgres))).toBe(true);
      expect(await endLongTransactions(postgres, epoch, { app: 0, migrator: 0 })).toEqual([roles.migrator]);
      const age = async () => (await observeMultixacts(postgres)).age;
      await expect.poll(age, { timeout: 60_000, interval: 500 }).toBeLessThan(vacuumAge);
    });
  },
  120_000,
);

/** Shares the lock of the row in one transaction after another. Each creates a multixact with the holder's lock. */
function makeMultixacts(count: number): string {
  return `DO $$ BEGIN FOR made IN 1..${count} LOOP
    BEGIN
      PERFORM FROM shared FOR SHARE;
      RAISE SQLSTATE 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
    END;
  END LOOP; END $$`;
}
