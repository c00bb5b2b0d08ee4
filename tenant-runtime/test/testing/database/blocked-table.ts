import { Client } from "pg";
import type { TestTenant } from "../process/test-tenant.ts";

/** Holds a table of the tenant, so that transactions that read or write it wait until it is released. */
export async function blockTable(
  tenant: TestTenant,
  table: string,
): Promise<AsyncDisposable & { release(): Promise<void>; awaited(): Promise<boolean> }> {
  const client = new Client(tenant.database.superuser);
  await client.connect();
  await client.query("BEGIN");
  const name = `t_${tenant.id}.${table}`;
  await client.query(`LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`);
  return {
    release: async () => void (await client.query("ROLLBACK")),
    /** Whether a transaction waits for the table. */
    async awaited() {
      const waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass";
      return ((await client.query(waiting, [name])).rowCount ?? 0) > 0;
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

/** Holds the table of users. */
export const blockUsers = (tenant: TestTenant) => blockTable(tenant, "users");
