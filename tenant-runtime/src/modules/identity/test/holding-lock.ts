import pg from "pg";
import { withClient } from "../../../../../harness/services/postgres.ts";
import type { TestTenant } from "../../../../test/testing/process/test-tenant.ts";
import { until } from "../../../../test/testing/process/until.ts";

/** A table of the tenant that can be read meanwhile, and neither changed nor locked. */
export interface HeldLock extends AsyncDisposable {
  /** Resolves once a transaction waits for it. */
  waitedFor(): Promise<void>;
  release(): Promise<void>;
}

export async function holdingLock({ id, database }: TestTenant, table: string): Promise<HeldLock> {
  const client = new pg.Client(database.superuser);
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE t_${id}.${table} IN EXCLUSIVE MODE`);
  return {
    async waitedFor() {
      const waiting = () =>
        withClient(database.superuser, (other) =>
          other.query("SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass", [
            `t_${id}.${table}`,
          ]),
        );
      await until(waiting, ({ rowCount }) => rowCount !== 0);
    },
    release: async () => void (await client.query("COMMIT")),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
