import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { beginEpoch } from "../../clients/postgres/epoch.ts";
import { FencedError } from "../../clients/postgres/errors.ts";
import type { Tenant, TenantPlan } from "../model/kinds.ts";
import { type PlatformDatabase, platformDatabase } from "../testing/database/platform-database.ts";
import { samplePlan, sampleTenant } from "../testing/sample-blueprint.ts";
import { expireAudit } from "./expire-audit.ts";

const north = "aaaaaaaaaa";
const south = "bbbbbbbbbb";
const plans = { month: 30, year: 365 };

describe.each(["postgres15", "postgres18"] as const)("audit records on %s", (server) => {
  let platform: PlatformDatabase;

  beforeAll(async () => {
    platform = await platformDatabase(inject(server));
    for (const [id, name] of [
      [north, "north"],
      [south, "south"],
    ]) {
      await sql("INSERT INTO public.tenants (id, uid, name) VALUES ($1, gen_random_uuid(), $2)", [id, name]);
      await sql("INSERT INTO public.licenses (tenant_id, plan, modules) VALUES ($1, 'month', '{}')", [id]);
    }
  });

  beforeEach(async () => {
    for (const id of [north, south]) await sql(`TRUNCATE audit.t_${id}`);
    await sql("UPDATE public.tenants SET state = 'active'");
    await sql("UPDATE public.licenses SET plan = 'month'");
  });

  afterAll(() => platform[Symbol.asyncDispose]());

  it("are deleted when their own tenant's plan keeps them no longer, and not before", async () => {
    for (const id of [north, south]) await record(id, [29, 32, 364, 367]);
    expect(await expire([tenant(north, "month"), tenant(south, "year")])).toBe(4);
    expect(await left()).toEqual([
      [north, 29],
      [south, 29],
      [south, 32],
      [south, 364],
    ]);
  });

  it("that are all young cause no transaction", async () => {
    await record(north, [29]);
    const deposed = { ...world(), epoch: -1 };
    expect(await expireAudit([tenant(north, "month")], deposed)).toBe(0);
  });

  it("are not deleted by an operator that no longer leads", async () => {
    await record(north, [32]);
    const old = world();
    platform = { ...platform, epoch: await beginEpoch(platform.postgres, "another") };
    await expect(expireAudit([tenant(north, "month")], old)).rejects.toThrow(FencedError);
    expect(await expire([tenant(north, "month")])).toBe(1);
  });

  it("are deleted in small batches, for any number of records", async () => {
    await sql(
      `INSERT INTO public.audit_logs (tenant_id, at, actor, action, entity_type, entity_id)
       SELECT CASE WHEN n <= 1600 THEN $1 ELSE $2 END, now() - interval '40 days', 'a', 'b', 'c', n::text
         FROM generate_series(1, 2500) AS n`,
      [north, south],
    );
    await record(south, [1]);
    const sizes: number[] = [];
    const { postgres } = platform;
    const counted: typeof postgres = {
      ...postgres,
      fenced: async (epoch, work) => {
        const before = await count();
        const result = await postgres.fenced(epoch, work);
        sizes.push(before - (await count()));
        return result;
      },
    };
    const both = [tenant(north, "month"), tenant(south, "month")];
    expect(await expireAudit(both, { ...world(), postgres: counted })).toBe(2_500);
    expect(sizes).toEqual([1_000, 600, 900]);
    expect(await left()).toEqual([[south, 1]]);
  });

  it("of retained data follow the last plan that they had", async () => {
    for (const id of [north, south]) await record(id, [29, 32]);
    await sql("UPDATE public.tenants SET state = 'retained' WHERE id = $1", [north]);
    expect(await expire([])).toBe(1);
    expect(await left()).toEqual([
      [north, 29],
      [south, 29],
      [south, 32],
    ]);
  });

  it.each<[string, Tenant]>([
    [
      "a paused tenant",
      { ...tenant(north, "month"), spec: { ...tenant(north, "month").spec, paused: true } },
    ],
    ["a tenant whose plan is missing", tenant(north, "imaginary")],
    ["data that a Tenant asks for and has not got", sampleTenant({ adoptFrom: north, plan: "month" })],
    [
      "a tenant that is being deleted",
      {
        ...tenant(north, "month"),
        metadata: { ...tenant(north, "month").metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
      },
    ],
  ])("of %s stay", async (_, resting) => {
    await record(north, [400]);
    expect(await expire([resting])).toBe(0);
    expect(await left()).toEqual([[north, 400]]);
  });

  it("of retained data whose last plan is gone stay", async () => {
    await record(north, [400]);
    await sql("UPDATE public.tenants SET state = 'retained' WHERE id = $1", [north]);
    await sql("UPDATE public.licenses SET plan = 'imaginary'");
    expect(await expire([])).toBe(0);
  });

  it("are found by an index of their own table, for many tenants and records", async () => {
    const others = await platform.postgres.query<{ id: string }>(
      `INSERT INTO public.tenants (id, uid, name)
       SELECT id, gen_random_uuid(), id
         FROM (SELECT 'o' || translate(lpad(n::text, 9, '0'), '0123456789', 'abcdefghij') AS id
               FROM generate_series(1, 200) AS n) AS other
       RETURNING id`,
    );
    await sql(
      `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
       SELECT id, 'a', 'b', 'c', n::text
         FROM unnest($1::text[]) AS id, generate_series(1, 5) AS n`,
      [others.map(({ id }) => id)],
    );
    await sql(
      `INSERT INTO audit.t_${north} (actor, action, entity_type, entity_id)
       SELECT 'a', 'b', 'c', n::text FROM generate_series(1, 45000) AS n`,
    );
    await record(north, [40]);
    await withClient(platform.database.superuser, async (client) => {
      await client.query(`ANALYZE audit.t_${north}`);
      await client.query("BEGIN");
      await client.query("SELECT audit.count_records($1, '-infinity', now() - interval '30 days', 1)", [
        north,
      ]);
      const { rows } = await client.query(
        `SELECT relname, seq_scan::int FROM pg_stat_xact_user_tables
         WHERE schemaname = 'audit' AND (seq_scan > 0 OR idx_scan > 0)`,
      );
      expect(rows).toEqual([{ relname: `t_${north}`, seq_scan: 0 }]);
    });
    const plansOfDeletions: string[] = [];
    const { postgres } = platform;
    const explained: typeof postgres = {
      ...postgres,
      fenced: (epoch, work) =>
        postgres.fenced(epoch, (transaction) =>
          work({
            query: async (text, values) => {
              const rows = await postgres.query<{ "QUERY PLAN": string }>(`EXPLAIN ${text}`, values);
              plansOfDeletions.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
              return transaction.query(text, values);
            },
          }),
        ),
    };
    const all = [...others.map(({ id }) => tenant(id, "month")), tenant(north, "month")];
    expect(await expireAudit(all, { ...world(), postgres: explained })).toBe(1);
    expect(plansOfDeletions).toEqual([expect.stringContaining(`t_${north}_at_idx`)]);
    expect(plansOfDeletions[0]).not.toContain("Seq Scan");
  });

  function world() {
    const read = (_kind: unknown, { name }: { name: string }): TenantPlan | undefined => {
      const auditDays = plans[name as keyof typeof plans];
      if (auditDays === undefined) return undefined;
      return { ...samplePlan, spec: { ...samplePlan.spec, retention: { auditDays, eventDays: 30 } } };
    };
    const { postgres, epoch } = platform;
    return { cluster: { read } as never, postgres, epoch, signal: new AbortController().signal };
  }

  const expire = (tenants: readonly Tenant[]) => expireAudit(tenants, world());
  const sql = (text: string, values?: readonly unknown[]) => platform.postgres.query(text, values);

  async function record(id: string, ages: readonly number[]): Promise<void> {
    for (const days of ages) {
      await sql(
        `INSERT INTO public.audit_logs (tenant_id, at, actor, action, entity_type, entity_id)
         VALUES ($1, now() - make_interval(days => $2), 'user', 'create', 'customer', $3)`,
        [id, days, String(days)],
      );
    }
  }

  async function left(): Promise<[string, number][]> {
    const found = [north, south].map(async (id): Promise<[string, number][]> => {
      const rows = await platform.postgres.query<{ age: number }>(
        `SELECT entity_id::int AS age FROM audit.t_${id} ORDER BY age`,
      );
      return rows.map(({ age }) => [id, age]);
    });
    return (await Promise.all(found)).flat();
  }

  async function count(): Promise<number> {
    return (await left()).length;
  }
});

function tenant(id: string, plan: string): Tenant {
  return { ...sampleTenant({ plan }), status: { id } };
}
