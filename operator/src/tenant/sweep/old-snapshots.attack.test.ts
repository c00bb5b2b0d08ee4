import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import { sessionEnded } from "../../../../harness/services/session-ended.ts";
import type {} from "../../../../harness/services/vitest.ts";
import type { Tenant } from "../model/kinds.ts";
import { type PlatformDatabase, platformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, tenantDatabase } from "../testing/database/tenant-database.ts";
import { samplePlan, sampleTenant } from "../testing/sample-blueprint.ts";
import { createDatabaseSharesEnforcer } from "./enforce-database-shares.ts";

const diskFull = "53100";

describe.each(["postgres15", "postgres18"] as const)(
  "a transaction with an old snapshot, on %s",
  (server) => {
    let platform: PlatformDatabase;
    let database: TenantDatabase;
    let north: Tenant;

    beforeAll(async () => {
      platform = await platformDatabase(inject(server));
      database = await tenantDatabase(platform, "north");
      north = { ...sampleTenant(), status: { id: database.names.id } };
    });
    afterAll(() => platform?.[Symbol.asyncDispose]());

    it.each(["REPEATABLE READ", "SERIALIZABLE"])(
      "of %s writes no record beyond those of a day",
      async (level) => {
        await enforce({ auditRecordsPerDay: 50_000 });
        await withOldSnapshot(level, async (client) => {
          await withClient(database.login, (other) => audit(other, 100));
          await enforce({ auditRecordsPerDay: 50 });
          await expect(audit(client, 1)).rejects.toThrow(sessionEnded);
        });
      },
    );

    it("writes none once storage is refused too, after the bound of a day", async () => {
      await enforce({ auditRecordsPerDay: 50 });
      await withOldSnapshot("REPEATABLE READ", async (client) => {
        await expect(audit(client, 1)).rejects.toMatchObject({ code: diskFull });
      });
      await withOldSnapshot("REPEATABLE READ", async (client) => {
        await enforce({ auditRecordsPerDay: 50, storage: await fullStorage() });
        await expect(audit(client, 1)).rejects.toThrow(sessionEnded);
      });
    });

    it("writes none although an operator ended after it had refused records", async () => {
      await enforce({ auditRecordsPerDay: 50_000 });
      await withOldSnapshot("REPEATABLE READ", async (client) => {
        await platform.postgres.query("UPDATE public.licenses SET audit_full = true WHERE tenant_id = $1", [
          database.names.id,
        ]);
        await enforce({ auditRecordsPerDay: 50 });
        await expect(audit(client, 1)).rejects.toThrow(sessionEnded);
      });
    });

    it("goes on if it began after the refusal, and so does one without a snapshot", async () => {
      await enforce({ auditRecordsPerDay: 50 });
      await withOldSnapshot("REPEATABLE READ", async (client) => {
        await withOldSnapshot("READ COMMITTED", async (other) => {
          await enforce({ auditRecordsPerDay: 50 });
          await client.query("SELECT id FROM public.tenants");
          await expect(audit(other, 1)).rejects.toMatchObject({ code: diskFull });
        });
      });
    });

    async function withOldSnapshot(level: string, work: (client: Client) => Promise<void>): Promise<void> {
      await withClient(database.login, async (client) => {
        client.on("error", () => {});
        await client.query(`BEGIN ISOLATION LEVEL ${level}; SELECT id FROM public.tenants`);
        await work(client);
      });
    }

    /** A storage of which the tenant holds 120 %: PostgreSQL refuses its writes, and its logins stay enabled. */
    async function fullStorage(): Promise<string> {
      const [row] = await platform.postgres.query<{ bytes: string }>(
        "SELECT sum(bytes) AS bytes FROM dotmac.schema_sizes() WHERE schema_name IN ($1, 'audit.' || $1)",
        [database.names.schema],
      );
      return String(Math.floor(Number(row?.bytes) / 1.2));
    }

    function audit(client: Client, count: number): Promise<unknown> {
      return client.query(
        `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
       SELECT $1, 'user', 'created', 'customer', i::text FROM generate_series(1, $2::int) i`,
        [database.names.id, count],
      );
    }

    async function enforce(bounds: Partial<(typeof samplePlan)["spec"]["database"]>): Promise<void> {
      const { postgres, epoch } = platform;
      const plan = {
        ...samplePlan,
        spec: { ...samplePlan.spec, database: { ...samplePlan.spec.database, ...bounds } },
      };
      const signal = new AbortController().signal;
      const world = { postgres, epoch, signal, cluster: { read: () => plan } as never };
      const { failures } = await createDatabaseSharesEnforcer()([north], world);
      expect(failures).toEqual([]);
    }
  },
);
