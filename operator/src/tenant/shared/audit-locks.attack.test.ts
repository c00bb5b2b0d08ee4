import { expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { platformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, tenantDatabase } from "../testing/database/tenant-database.ts";

/** Each of these locked, planned or counted the records of all tenants while they lay in partitions of one table. */
const statements = [
  "SET LOCAL enable_partition_pruning = off; EXPLAIN (ANALYZE, VERBOSE) SELECT count(tenant_id) FROM public.audit_logs",
  `EXPLAIN (VERBOSE) MERGE INTO public.audit_logs USING (VALUES (1)) AS v(x) ON false
   WHEN NOT MATCHED THEN INSERT (tenant_id, actor, action, entity_type, entity_id) VALUES ('a', 'a', 'a', 'a', 'a')`,
];
const cases = (["postgres15", "postgres18"] as const).flatMap((server) =>
  statements.map((statement) => [statement, server] as const),
);

it.each(cases)(
  "%s locks and reveals nothing of a neighbour's audit records, on %s",
  async (statement, server) => {
    await using platform = await platformDatabase(inject(server));
    const { postgres } = platform;
    const south = await tenantDatabase(platform, "south");
    const attacker = await tenantDatabase(platform, "attacker");
    for (let n = 0; n < 7; n += 1) await addRecord(south);
    await withClient(attacker.login, async (holder) => {
      const results = await holder.query(`BEGIN; ${statement}`);
      const plan = JSON.stringify([results].flat().flatMap(({ rows }) => rows));
      expect(plan).toContain("audit_logs");
      expect(plan).not.toContain(south.names.id);
      expect(plan).not.toContain("Rows Removed");
      const locks = `SELECT DISTINCT relation::regclass::text AS relation FROM pg_locks JOIN pg_stat_activity USING (pid)
                   WHERE usename = $1 AND locktype = 'relation' AND relation::regclass::text ~ '^(audit|public)[.]'`;
      expect(await postgres.query(locks, [attacker.names.roles.appA])).toEqual([
        { relation: "public.audit_logs" },
      ]);
      await withClient(attacker.login, async (waiter) => {
        await waiter.query("SET lock_timeout = 0");
        // It returns at once with a warning: not the owner.
        await waiter.query("VACUUM FULL public.audit_logs");
        await waiter.query("ANALYZE public.audit_logs");
      });
      await addRecord(south);
      await holder.query("COMMIT");
    });
    expect(await postgres.query(`SELECT FROM audit.${south.names.schema}`)).toHaveLength(8);
  },
);

it.each(["postgres15", "postgres18"] as const)(
  "tables of audit records can be created and dropped while others hold locks on theirs, on %s",
  async (server) => {
    await using platform = await platformDatabase(inject(server));
    const { postgres } = platform;
    const south = await tenantDatabase(platform, "south");
    await withClient(south.login, async (client) => {
      await client.query("BEGIN");
      await client.query(...record(south));
      const add = "INSERT INTO public.tenants (id, uid, name) VALUES ($1, gen_random_uuid(), 'gone')";
      await postgres.query(add, ["cccccccccc"]);
      const there = () => postgres.query("SELECT to_regclass('audit.t_cccccccccc') IS NOT NULL AS there");
      expect(await there()).toEqual([{ there: true }]);
      // The statement of an operator from before these tables.
      const destroy = "UPDATE public.tenants SET state = 'destroyed', destroyed_at = now() WHERE id = $1";
      await postgres.query(destroy, ["cccccccccc"]);
      expect(await there()).toEqual([{ there: false }]);
      await client.query("COMMIT");
    });
    expect(await postgres.query(`SELECT FROM audit.${south.names.schema}`)).toHaveLength(1);
  },
);

function addRecord(tenant: TenantDatabase): Promise<unknown> {
  return withClient(tenant.login, (client) => client.query(...record(tenant)));
}

function record({ names }: TenantDatabase): [string, string[]] {
  const columns = "tenant_id, actor, action, entity_type, entity_id";
  return [`INSERT INTO public.audit_logs (${columns}) VALUES ($1, 'a', 'a', 'a', 'a')`, [names.id]];
}
