import type { Client, ClientConfig } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import { sessionEnded } from "../../../../harness/services/session-ended.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { eventually } from "../../kubernetes/testing/eventually.ts";
import { createFileFloodWatch } from "../database/end-file-floods.ts";
import { disableMigrator } from "../database/migration-state.ts";
import type { Tenant } from "../model/kinds.ts";
import { allLogins } from "../model/names/names.ts";
import { migratorLogin } from "../testing/database/migrator-login.ts";
import { type PlatformDatabase, platformDatabase } from "../testing/database/platform-database.ts";
import { converge, type TenantDatabase, tenantDatabase } from "../testing/database/tenant-database.ts";
import { samplePlan, sampleTenant } from "../testing/sample-blueprint.ts";
import { endExhaustingTransactions } from "./end-exhausting-transactions.ts";
import { createDatabaseSharesEnforcer } from "./enforce-database-shares.ts";

const mebibyte = 2 ** 20;
/** The tenants' storage. Beyond 24 MiB it is exhausted. */
const storage = "16Mi";
const notes = "CREATE TABLE notes (body text)";
/** Rows of 1 KB, which are neither compressed nor kept apart. */
const add = (mebibytes: number) =>
  `INSERT INTO notes SELECT repeat(md5(i::text), 31) FROM generate_series(1, ${mebibytes} * 1000) AS i`;

describe.each(["postgres15", "postgres18"] as const)("a login with the owner's rights, on %s", (server) => {
  let platform: PlatformDatabase;
  let tenants = 0;

  beforeAll(async () => {
    platform = await platformDatabase(inject(server));
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  it.each([
    { what: "a new table", before: "SELECT", within: `${notes}; ${add(26)}` },
    { what: "a truncated table", before: `${notes}; ${add(1)}`, within: `TRUNCATE notes; ${add(26)}` },
    {
      what: "the long values of a truncated table",
      before: `${notes}; ALTER TABLE notes ALTER body SET STORAGE EXTERNAL; ${add(1)}`,
      within: `TRUNCATE notes; INSERT INTO notes SELECT repeat('x', ${mebibyte}) FROM generate_series(1, 26)`,
    },
    {
      what: "a rewritten table",
      before: `${notes}; ${add(13)}`,
      within: "ALTER TABLE notes ALTER body TYPE varchar(2000)",
    },
    {
      what: "an index that is built again",
      // PLAIN: an index would compress these values.
      before: `${notes}; ALTER TABLE notes ALTER body SET STORAGE PLAIN; ${add(9)}; CREATE INDEX bodies ON notes (body)`,
      within: "REINDEX INDEX bodies",
    },
  ])("cannot hold over 150 % of the storage in $what before it commits", async ({ before, within }) => {
    const north = await tenant();
    await withMigrator(north, async (client) => {
      await client.query(before);
      await client.query(`BEGIN; ${within}`);
      await enforce([north]);
      await expect(client.query("COMMIT")).rejects.toThrow(sessionEnded);
    });
    expect(await bytesOf(north)).toBeLessThan(24 * mebibyte);
    await withMigrator(north, (client) => client.query("SELECT 1"));
  });

  it("may need more than its storage while it rewrites a table", async () => {
    const north = await tenant();
    await withMigrator(north, async (client) => {
      await client.query(`${notes}; ${add(9)}; BEGIN; ALTER TABLE notes ALTER body TYPE varchar(2000)`);
      await enforce([north]);
      await client.query("COMMIT");
    });
  });

  it("left a function for an app login, which cannot either; its neighbour's older migration goes on", async () => {
    const [north, south] = [await tenant(), await tenant()];
    const { schema } = north.names;
    await withMigrator(north, (client) =>
      client.query(`${notes}; ${add(1)}; CREATE FUNCTION plant() RETURNS void LANGUAGE sql SECURITY DEFINER
        SET search_path = ${schema}, pg_catalog AS $$ TRUNCATE notes; ${add(26)} $$`),
    );
    await withMigrator(south, async (neighbour) => {
      await neighbour.query(`${notes}; BEGIN; ALTER TABLE notes ADD author text`);
      await withClient(north.login, async (client) => {
        client.on("error", () => {});
        await client.query("BEGIN; SELECT plant()");
        await enforce([north, south]);
        await expect(client.query("COMMIT")).rejects.toThrow(sessionEnded);
      });
      await neighbour.query("COMMIT");
    });
  });

  it("left a function that truncates, which no login can call once the migration has ended", async () => {
    const north = await tenant();
    const { schema, roles } = north.names;
    await withMigrator(north, (client) =>
      client.query(`${notes}; ${add(1)}; CREATE FUNCTION empty() RETURNS void LANGUAGE sql SECURITY DEFINER
        SET search_path = ${schema}, pg_catalog AS $$ TRUNCATE notes $$;
        GRANT SELECT, TRUNCATE ON notes TO ${roles.appA}; GRANT TRUNCATE ON notes TO PUBLIC;
        GRANT EXECUTE ON FUNCTION empty() TO ${roles.appA}`),
    );
    await withClient(north.login, (client) => client.query(`SELECT ${schema}.empty()`));
    await disableMigrator(platform.postgres, platform.epoch, north.names);
    await withClient(north.login, async (client) => {
      for (const statement of [`SELECT ${schema}.empty()`, `TRUNCATE ${schema}.notes`])
        await expect(client.query(statement), statement).rejects.toMatchObject({ code: "42501" });
      await client.query(`SELECT * FROM ${schema}.notes`);
    });
    expect(await converge(platform, north.desired, north.passwords)).toBe(0);
    await withMigrator(north, (client) => client.query("TRUNCATE notes"));
  });

  it("loses its migration while it makes files without end by truncations that it rolls back", async () => {
    const [north, south] = [await tenant(), await tenant()];
    const watch = createFileFloodWatch(500, 100);
    const look = () => watch(platform.postgres, platform.epoch);
    await withMigrator(south, async (neighbour) => {
      await neighbour.query("BEGIN; SELECT 1");
      await withMigrator(north, async (client) => {
        await client.query(notes);
        await client.query(`CREATE PROCEDURE spin(times int) LANGUAGE plpgsql AS $$ BEGIN
          FOR i IN 1..times LOOP BEGIN TRUNCATE notes; RAISE 'back'; EXCEPTION WHEN raise_exception THEN NULL; END; END LOOP;
        END $$`);
        expect(await look()).toEqual([]);
        await client.query("BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE; CALL spin(700)");
        expect(await look()).toEqual([north.names.roles.migrator]);
        await expect(client.query("COMMIT")).rejects.toThrow(sessionEnded);
      });
      // The files stay until the next checkpoint, but they do not become more.
      expect(await look()).toEqual([]);
      await neighbour.query("COMMIT");
    });
  });

  it("loses its logins while it makes files by a planted CLUSTER, and a migration beside it goes on", async () => {
    const [north, south] = [await tenant(), await tenant()];
    const { schema, roles } = north.names;
    const watch = createFileFloodWatch(500, 1);
    const look = () => watch(platform.postgres, platform.epoch);
    await withMigrator(north, (client) =>
      client.query(`${notes};
        CREATE INDEX first ON notes (body);
        CREATE FUNCTION spin() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_catalog AS $$
        BEGIN
          LOOP BEGIN CLUSTER notes USING first; RAISE 'back'; EXCEPTION WHEN raise_exception THEN NULL; END; END LOOP;
        END $$;
        GRANT EXECUTE ON FUNCTION spin() TO ${roles.appA}`),
    );
    await disableMigrator(platform.postgres, platform.epoch, north.names);
    await withMigrator(south, async (neighbour) => {
      await neighbour.query(`${notes}; BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE`);
      expect(await look()).toEqual([]);
      const [ended] = await Promise.all([
        withClient(north.login, (client) => {
          client.on("error", () => {});
          return client.query(`SELECT ${schema}.spin()`);
        }).then(
          () => "an answer",
          (error: Error) => error.message,
        ),
        eventually("the logins are disabled", async () => {
          const disabled = await look();
          return disabled.length > 0 && disabled;
        }).then((disabled) => expect(disabled).toEqual(allLogins(north.names))),
      ]);
      expect(ended).toMatch(sessionEnded);
      await neighbour.query("COMMIT");
    });
    await expect(withClient(north.login, async () => {})).rejects.toMatchObject({ code: "28000" });
    expect(await converge(platform, north.desired, north.passwords)).toBe(1);
    await withClient(north.login, (client) => client.query("SELECT 1"));
  });

  it("loses all logins once it has committed over 150 %, until the plan allows more", async () => {
    const north = await tenant();
    const south = await tenant();
    const migrator = await migratorLogin(platform, north);
    await withClient(north.login, async (idle) => {
      idle.on("error", () => {});
      await asOwner(north, migrator, (client) => client.query(`${notes}; ${add(26)}`));
      expect((await enforce([north, south])).changed).toEqual([north.names.tenant]);
      await expect(idle.query("SELECT 1")).rejects.toThrow(sessionEnded);
    });
    for (const login of [migrator, north.login])
      await expect(withClient(login, async () => {})).rejects.toMatchObject({ code: "28000" });
    await withClient(south.login, (client) => client.query("SELECT 1"));
    expect(await converge(platform, north.desired, north.passwords)).toBe(0);

    await enforce([north, south], "64Mi");
    expect(await converge(platform, north.desired, north.passwords)).toBe(1);
    await withClient(north.login, (client) => client.query("SELECT 1"));
  });

  function tenant(): Promise<TenantDatabase> {
    tenants += 1;
    return tenantDatabase(platform, `isp-${tenants}`);
  }

  async function withMigrator(
    tenant: TenantDatabase,
    work: (client: Client) => Promise<unknown>,
  ): Promise<void> {
    await asOwner(tenant, await migratorLogin(platform, tenant), work);
  }

  async function asOwner(
    { names }: TenantDatabase,
    migrator: ClientConfig,
    work: (client: Client) => Promise<unknown>,
  ): Promise<void> {
    await withClient(migrator, async (client) => {
      client.on("error", () => {});
      await client.query(`SET ROLE ${names.roles.owner}; SET search_path = ${names.schema}, pg_catalog`);
      await work(client);
    });
  }

  async function enforce(databases: readonly TenantDatabase[], bound = storage) {
    const each: Tenant[] = databases.map(({ names }) => ({
      ...sampleTenant(),
      metadata: { ...sampleTenant().metadata, name: names.tenant },
      status: { id: names.id },
    }));
    const { postgres, epoch } = platform;
    const { spec } = samplePlan;
    const plan = { ...samplePlan, spec: { ...spec, database: { ...spec.database, storage: bound } } };
    const cluster = { read: () => plan } as never;
    const world = { postgres, epoch, cluster, signal: new AbortController().signal };
    await endExhaustingTransactions(each, world);
    return createDatabaseSharesEnforcer()(each, world);
  }

  async function bytesOf({ names }: TenantDatabase): Promise<number> {
    const [row] = await platform.postgres.query<{ bytes: string }>(
      "SELECT bytes FROM dotmac.schema_sizes() WHERE schema_name = $1",
      [names.schema],
    );
    return Number(row?.bytes ?? 0);
  }
});
