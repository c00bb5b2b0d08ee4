import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Postgres as Server,
  startPostgres,
  withClient,
} from "../../../../../harness/services/postgres.ts";
import { observeDatabase } from "../../resources/database/observe.ts";
import { migratorLogin } from "../../testing/database/migrator-login.ts";
import { type PlatformDatabase, platformDatabase } from "../../testing/database/platform-database.ts";
import { type TenantDatabase, tenantDatabase } from "../../testing/database/tenant-database.ts";
import { createAnalysisWatch } from "./end-long-analyses.ts";

describe.each([15, 18] as const)("a table that sleeps when it is analysed, on PostgreSQL %i", (version) => {
  let server: Server;
  let platform: PlatformDatabase;
  let attacker: TenantDatabase;

  beforeAll(async () => {
    server = await startPostgres({ version, settings: { autovacuum_naptime: "1s" } });
    platform = await platformDatabase(server);
    attacker = await tenantDatabase(platform, "attacker");
  });
  afterAll(async () => {
    await platform?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  it("loses its worker, and no table of its schema is analysed again", async () => {
    const { schema, roles } = attacker.names;
    await withClient(await migratorLogin(platform, attacker), (client) =>
      client.query(`
        SET ROLE ${roles.owner};
        CREATE FUNCTION ${schema}.bait(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
          BEGIN IF session_user !~ '^t_' THEN PERFORM pg_sleep(3600); END IF; RETURN n; END $$;
        CREATE TABLE ${schema}.first (n int);
        CREATE TABLE ${schema}.second (n int);
        CREATE INDEX ON ${schema}.first (${schema}.bait(n));
        INSERT INTO ${schema}.first SELECT generate_series(1, 1000);`),
    );
    const workers = "SELECT * FROM dotmac.running_analyses()";
    const watch = createAnalysisWatch(60_000);
    while ((await platform.postgres.query(workers)).length === 0);
    expect(await watch(platform.postgres, 0)).toEqual([]);
    expect(await watch(platform.postgres, 59_999)).toEqual([]);
    expect(await platform.postgres.query(workers)).toHaveLength(1);
    expect(await watch(platform.postgres, 60_000)).toEqual([schema]);
    while ((await platform.postgres.query(workers)).length > 0);
    const [observed] = (await observeDatabase(platform.postgres, [attacker.names.id])).values();
    expect(observed?.schema?.analysisEnded).toBe(true);
    const options = await platform.postgres.query(
      `SELECT relname, reloptions FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relkind = 'r' ORDER BY 1`,
    );
    const never = ["autovacuum_analyze_threshold=2147483647"];
    expect(options).toEqual([
      { relname: "first", reloptions: never },
      { relname: "second", reloptions: never },
    ]);

    // A table created afterwards does not occupy a worker for a minute again.
    await withClient(await migratorLogin(platform, attacker), (client) =>
      client.query(`
        SET ROLE ${roles.owner};
        CREATE TABLE ${schema}.third (n int);
        CREATE INDEX ON ${schema}.third (${schema}.bait(n));
        INSERT INTO ${schema}.third SELECT generate_series(1, 1000);`),
    );
    while ((await platform.postgres.query(workers)).length === 0);
    expect(await watch(platform.postgres, 60_001)).toEqual([schema]);
    while ((await platform.postgres.query(workers)).length > 0);
  });
});
