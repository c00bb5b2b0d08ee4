import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { runStatements } from "../../clients/postgres/run-statements.ts";
import { allowCreation } from "../testing/database/allow-creation.ts";
import type { PlatformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, twoTenants } from "../testing/database/tenant-database.ts";
import { boundsDifferences, type DesiredBounds, observeBounds } from "./bounds.ts";

const mebibyte = 2 ** 20;
const insufficientPrivilege = "42501";
const diskFull = "53100";

describe.each(["postgres15", "postgres18"] as const)("a tenant that fills the disk of %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;
  let south: TenantDatabase;

  beforeAll(async () => {
    ({ platform, north, south } = await twoTenants(inject(server)));
    await allowCreation(platform, north, south);
    for (const tenant of [north, south]) await migrate(tenant);
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  const asOwner = (tenant: TenantDatabase, sql: string) =>
    withClient(platform.database.superuser, async (client) => {
      await client.query(`SET ROLE ${tenant.names.roles.owner}; SET search_path = ${tenant.names.schema}`);
      await client.query(sql);
    });
  const migrate = (tenant: TenantDatabase) =>
    asOwner(
      tenant,
      `CREATE TABLE notes (id int PRIMARY KEY, body text); CREATE TABLE schema_migrations (version int);
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${tenant.names.schema} TO ${tenant.names.roles.readWrite};
       REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM ${tenant.names.roles.readWrite}`,
    );
  const as = <Result>(tenant: TenantDatabase, work: (client: Client) => Promise<Result>) =>
    withClient(tenant.login, work);
  const bounds = (tenant: TenantDatabase, storage: number, auditRecordsPerDay = 1_000): DesiredBounds => ({
    id: tenant.names.id,
    storage,
    auditRecordsPerDay,
  });
  /** Enforces the bounds as the operator does every few seconds. Returns the number of statements. */
  const enforce = async (...desired: DesiredBounds[]) => {
    const observed = await observeBounds(platform.postgres, desired);
    const statements = observed.flatMap((found) => {
      const own = desired.find(({ id }) => id === found.id);
      return own === undefined ? [] : boundsDifferences(own, found);
    });
    await runStatements(platform.postgres, platform.epoch, statements);
    return statements.length;
  };
  const level = async (tenant: TenantDatabase) =>
    as(tenant, async (client) => {
      const { rows } = await client.query("SELECT storage, audit_full FROM public.licenses");
      return rows[0];
    });
  const fill = (tenant: TenantDatabase, from: number, count: number) =>
    as(tenant, (client) =>
      client.query(
        `INSERT INTO notes SELECT i, string_agg(md5(random()::text), '') FROM generate_series($1::int, $2::int) i,
           generate_series(1, 320) GROUP BY i`,
        [from, from + count - 1],
      ),
    );

  it("counts tables, indexes and TOAST tables, each for its own tenant", async () => {
    await fill(north, 1, 200);
    const [ofNorth, ofSouth] = await measured(north, south);
    const [row] = await platform.postgres.query<{ bytes: string }>(
      `SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class
       WHERE relkind = 'r' AND relnamespace = $1::regnamespace
          OR oid IN (('audit.' || $1)::regclass, ('audit.' || $1 || '_id_seq')::regclass)`,
      [north.names.schema],
    );
    expect(ofNorth).toBe(Number(row?.bytes));
    expect(ofNorth).toBeGreaterThan(2 * mebibyte);
    expect(ofSouth).toBeLessThan(mebibyte / 8);
  });

  it("is measured although it has locked its tables, and none of its functions is evaluated", async () => {
    await asOwner(
      north,
      `CREATE FUNCTION planted() RETURNS int LANGUAGE plpgsql IMMUTABLE AS
         $$ BEGIN IF session_user = 'dotmac_operator' THEN RAISE EXCEPTION 'evaluated'; END IF; RETURN 1; END $$;
       CREATE VIEW trap AS SELECT planted() AS id;
       ALTER TABLE notes ADD CHECK (planted() = 1); CREATE INDEX ON notes ((planted()))`,
    );
    await as(north, async (client) => {
      await client.query("BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE");
      const [ofNorth] = await measured(north);
      expect(ofNorth).toBeGreaterThan(2 * mebibyte);
    });
  });

  it("gets a warning, then a licence without writes; its rights and its neighbour do not change", async () => {
    const [bytes = 0] = await measured(north);
    await enforce(bounds(north, bytes / 0.85), bounds(south, 64 * mebibyte));
    expect(await level(north)).toEqual({ storage: "near", audit_full: false });
    await enforce(bounds(north, bytes / 1.02), bounds(south, 64 * mebibyte));
    expect(await level(north)).toEqual({ storage: "full", audit_full: false });
    expect(await level(south)).toEqual({ storage: "open", audit_full: false });
    expect(await enforce(bounds(north, bytes / 1.02), bounds(south, 64 * mebibyte))).toBe(0);
    await fill(north, 1_000, 1);
  });

  it("cannot add data beyond 110 %, but can read and delete", async () => {
    const [bytes = 0] = await measured(north);
    await enforce(bounds(north, bytes / 1.2), bounds(south, 64 * mebibyte));
    expect(await level(north)).toEqual({ storage: "closed", audit_full: false });
    await expect(fill(north, 2_000, 1)).rejects.toMatchObject({ code: insufficientPrivilege });
    await as(north, async (client) => {
      await expect(client.query("UPDATE notes SET body = repeat(body, 2)")).rejects.toMatchObject({
        code: insufficientPrivilege,
      });
      expect((await client.query("SELECT count(*)::int AS count FROM notes")).rows).toEqual([{ count: 201 }]);
      expect((await client.query("DELETE FROM notes WHERE id = 1000")).rowCount).toBe(1);
      // A login writes an audit record, so it still works.
      await audit(client, north, 1);
    });
    await fill(south, 1, 1);
  });

  it("cannot restore its rights by a migration", async () => {
    const { roles, schema } = north.names;
    await asOwner(
      north,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${roles.readWrite};
       GRANT INSERT ON notes TO ${roles.appA}; GRANT INSERT (id, body) ON notes TO PUBLIC`,
    );
    await fill(north, 3_000, 1);
    const [bytes = 0] = await measured(north);
    await enforce(bounds(north, bytes / 1.2));
    await expect(fill(north, 3_001, 1)).rejects.toMatchObject({ code: insufficientPrivilege });
    expect(await enforce(bounds(north, bytes / 1.2))).toBe(0);
  });

  it("gets the same rights again once it has room", async () => {
    await enforce(bounds(north, 64 * mebibyte));
    expect(await level(north)).toEqual({ storage: "open", audit_full: false });
    await fill(north, 4_000, 1);
    await as(north, (client) => client.query("UPDATE notes SET body = '' WHERE id = 4000"));
    expect(await platform.postgres.query("SELECT FROM public.withheld_grants")).toHaveLength(0);
  });

  it("stays as large after it has deleted, until its owner's role has rewritten its files", async () => {
    const { roles, schema } = south.names;
    await fill(south, 10_000, 300);
    const [before = 0] = await measured(south);
    await as(south, (client) => client.query("DELETE FROM notes WHERE id >= 10000"));
    expect((await measured(south))[0]).toBeGreaterThanOrEqual(before);
    await withClient(platform.database.operator, async (client) => {
      await client.query(`SET ROLE ${roles.owner}`);
      await client.query(`VACUUM FULL ${schema}.notes`);
    });
    expect((await measured(south))[0]).toBeLessThan(before / 2);
  });

  it("is refused audit records beyond those of one day, and its neighbour is not", async () => {
    const desired = [bounds(north, 64 * mebibyte), bounds(south, 64 * mebibyte)];
    await as(north, (client) => audit(client, north, 2_000));
    await enforce(...desired);
    expect(await level(north)).toEqual({ storage: "open", audit_full: true });
    await as(north, async (client) => {
      await expect(audit(client, north, 1)).rejects.toMatchObject({
        code: diskFull,
        message: expect.stringContaining("raise database.auditRecordsPerDay"),
      });
    });
    await as(south, (client) => audit(client, south, 1));
    await enforce(bounds(north, 64 * mebibyte, 5_000));
    await as(north, (client) => audit(client, north, 1));
  });

  it("is charged for audit records that it rolls back, and refused more once they fill a quarter of its storage", async () => {
    const [before = 0] = await measured(north);
    const [ofSouth = 0] = await measured(south);
    await as(north, async (client) => {
      for (const end of ["ROLLBACK", "COMMIT"]) {
        await client.query("BEGIN");
        await audit(client, north, 2_000);
        await client.query(end);
      }
    });
    const [after = 0] = await measured(north);
    // Each has more than 100 bytes, with two indexes.
    expect(after - before).toBeGreaterThan(4_000 * 100);
    expect(await measured(south)).toEqual([ofSouth]);
    await enforce(bounds(north, after / 1.05, 10_000), bounds(south, 64 * mebibyte));
    expect(await level(north)).toEqual({ storage: "full", audit_full: false });
    await as(north, (client) => audit(client, north, 1));
    await enforce(bounds(north, after / 1.3, 10_000), bounds(south, 64 * mebibyte));
    await as(north, async (client) => {
      await expect(audit(client, north, 1)).rejects.toMatchObject({
        code: diskFull,
        message: expect.stringContaining("database.storage of its TenantPlan"),
      });
    });
    await as(south, (client) => audit(client, south, 1));
    await enforce(bounds(north, 64 * mebibyte, 10_000));
    expect(await level(north)).toEqual({ storage: "open", audit_full: false });
    await as(north, (client) => audit(client, north, 1));
  });

  it("cannot put documents into an audit record", async () => {
    await as(north, async (client) => {
      const large = client.query(
        `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id, details)
         VALUES ($1, 'user', 'note', 'note', '1', jsonb_build_object('a', repeat('x', 20000)))`,
        [north.names.id],
      );
      await expect(large).rejects.toThrow("details_length");
    });
  });

  async function measured(...tenants: TenantDatabase[]): Promise<number[]> {
    const desired = tenants.map((tenant) => bounds(tenant, 64 * mebibyte));
    const observed = await observeBounds(platform.postgres, desired);
    return tenants.map(({ names }) => observed.find(({ id }) => id === names.id)?.bytes ?? -1);
  }
});

function audit(client: Client, { names }: TenantDatabase, count: number): Promise<unknown> {
  return client.query(
    `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
     SELECT $1, 'user', 'session.opened', 'session', i::text FROM generate_series(1, $2::int) i`,
    [names.id, count],
  );
}
