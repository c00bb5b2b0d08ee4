import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { beginEpoch } from "../../clients/postgres/epoch.ts";
import { FencedError } from "../../clients/postgres/errors.ts";
import type { Tenant, TenantPlan } from "../model/kinds.ts";
import { allowCreation } from "../testing/database/allow-creation.ts";
import { type PlatformDatabase, platformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, tenantDatabase } from "../testing/database/tenant-database.ts";
import { samplePlan, sampleTenant } from "../testing/sample-blueprint.ts";
import { createDatabaseSharesEnforcer } from "./enforce-database-shares.ts";

describe("the shares of the shared database", () => {
  let platform: PlatformDatabase;
  let database: TenantDatabase;
  let north: Tenant;

  beforeAll(async () => {
    platform = await platformDatabase(inject("postgres18"));
    database = await tenantDatabase(platform, "north");
    north = { ...sampleTenant(), status: { id: database.names.id } };
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  it("measures at first, then only when the database has grown or the time has come", async () => {
    const enforce = createDatabaseSharesEnforcer();
    const measured = async () => (await enforce([north], world("5Gi"))).measured;
    expect(await measured()).toBe(true);
    for (let look = 1; look < 20; look += 1) expect(await measured(), `look ${look}`).toBe(false);
    expect(await measured()).toBe(true);
    // Not compressed, so that the size on disk grows by more than the test waits for.
    await write("CREATE TABLE plain (a text); ALTER TABLE plain ALTER a SET STORAGE PLAIN");
    await write("INSERT INTO plain SELECT repeat(md5(i::text), 100) FROM generate_series(1, 30000) i");
    expect(await measured()).toBe(true);
  });

  it("returns the tenants whose level changed, once, and follows a larger plan", async () => {
    const enforce = createDatabaseSharesEnforcer();
    await write(`CREATE TABLE ${database.names.schema}.notes AS SELECT i FROM generate_series(1, 2300000) i`);
    expect((await enforce([north], world("64Mi"))).changed).toEqual(["north"]);
    expect((await createDatabaseSharesEnforcer()([north], world("64Mi"))).changed).toEqual([]);
    expect(await enforce([north], world("5Gi"))).toMatchObject({ measured: true, changed: ["north"] });
  });

  it("ends sessions that still write audit records when these are refused", async () => {
    await withClient(database.login, async (client) => {
      await createDatabaseSharesEnforcer()([north], world("5Gi"));
      // The snapshot of this transaction contains the licence that still permits records.
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
      const statement = `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
        SELECT $1, 'user', 'created', 'customer', generate_series(1, 10000000000)::text`;
      const writing = client.query(statement, [database.names.id]).then(
        () => "done",
        ({ code }: { code: string }) => code,
      );
      client.on("error", () => {});
      await record();
      await record();
      await createDatabaseSharesEnforcer()([north], world("5Gi", 1));
      expect(await writing).toBe("57P01");
    });
    await expect(record()).rejects.toMatchObject({ code: "53100" });
    await createDatabaseSharesEnforcer()([north], world("5Gi"));
  });

  it("omits tenants without data, without a plan and those being deleted", async () => {
    const gone = { ...north, metadata: { ...north.metadata, deletionTimestamp: "2026-05-01T12:00:00Z" } };
    const others = [{ ...north, status: {} }, gone];
    const nothing = { changed: [], promisedBytes: 0 };
    expect(await createDatabaseSharesEnforcer()(others, world("64Mi"))).toMatchObject(nothing);
    const unplanned = { ...world("64Mi"), cluster: withPlan(undefined) };
    expect(await createDatabaseSharesEnforcer()([north], unplanned)).toMatchObject(nothing);
  });

  it("reports at each measurement the storage that plans promise together", async () => {
    const south = { ...north, status: { id: "0123456789" } };
    const enforce = createDatabaseSharesEnforcer();
    const promised = async (tenants: Tenant[], storage: string) =>
      (await enforce(tenants, world(storage))).promisedBytes;
    expect(await promised([north, south], "5Gi")).toBe(10 * 2 ** 30);
    expect(await promised([north, south], "5Gi")).toBe(10 * 2 ** 30);
    expect(await promised([north], "6Gi")).toBe(6 * 2 ** 30);
  });

  it("bounds every other tenant while a migrator locks the objects of one tenant's bound", async () => {
    const south = await tenantDatabase(platform, "south");
    const tenants = [
      north,
      { ...north, metadata: { ...north.metadata, name: "south" }, status: { id: south.names.id } },
    ];
    await allowCreation(platform, database, south);
    for (const { names } of [database, south]) {
      await write(
        `SET ROLE ${names.roles.owner}; SET search_path = ${names.schema}, pg_catalog;
         CREATE TABLE filler (a text); ALTER TABLE filler ALTER a SET STORAGE PLAIN;
         INSERT INTO filler SELECT repeat(md5(i::text), 100) FROM generate_series(1, 24000) i;
         GRANT INSERT ON filler TO ${names.roles.readWrite}`,
      );
    }
    const enforce = createDatabaseSharesEnforcer();
    await withClient(platform.database.superuser, async (migrator) => {
      await migrator.query("BEGIN");
      await migrator.query(`GRANT INSERT ON ${database.names.schema}.filler TO ${database.names.roles.appA}`);
      const { changed, failures } = await enforce(tenants, world("64Mi"));
      expect(changed).toEqual(["south"]);
      expect(failures).toEqual([
        { tenant: "north", error: expect.objectContaining({ message: expect.stringContaining("55P03") }) },
      ]);
      await migrator.query("ROLLBACK");
    });
    expect(await enforce(tenants, world("64Mi"))).toMatchObject({ changed: ["north"], failures: [] });
    expect(await enforce(tenants, world("64Mi"))).toMatchObject({ measured: false });
  });

  it("changes nothing once another operator leads, and repeats failed work", async () => {
    const enforce = createDatabaseSharesEnforcer();
    await enforce([north], world("5Gi"));
    const old = world("64Mi");
    const epoch = await beginEpoch(platform.postgres, "another");
    await expect(enforce([north], old)).rejects.toThrow(FencedError);
    expect((await enforce([north], { ...old, epoch })).changed).toEqual(["north"]);
  });

  const write = (sql: string) => withClient(platform.database.superuser, (client) => client.query(sql));

  const record = () =>
    withClient(database.login, (client) =>
      client.query(
        `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
         VALUES ($1, 'user', 'created', 'customer', '1')`,
        [database.names.id],
      ),
    );

  function world(storage: string, auditRecordsPerDay = samplePlan.spec.database.auditRecordsPerDay) {
    const { postgres, epoch } = platform;
    const plan = {
      ...samplePlan,
      spec: { ...samplePlan.spec, database: { ...samplePlan.spec.database, storage, auditRecordsPerDay } },
    };
    return { postgres, epoch, signal: new AbortController().signal, cluster: withPlan(plan) };
  }

  function withPlan(plan: TenantPlan | undefined) {
    return { read: () => plan } as never;
  }
});
