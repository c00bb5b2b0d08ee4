import type { Postgres } from "../../clients/postgres/postgres.ts";

/**
 * Records that a tenant's data no longer have a Tenant, and the time after which they may be destroyed. Without
 * `deleteAfter` they are kept forever. Creates no record for a tenant that never had data.
 */
export async function retainRecord(
  postgres: Postgres,
  epoch: number,
  { id, uid, deleteAfter }: { id: string; uid: string; deleteAfter: Date | undefined },
): Promise<void> {
  await postgres.fenced(epoch, async (transaction) => {
    await transaction.query(
      `UPDATE public.tenants SET state = 'retained', retained_at = now(), delete_after = $3
       WHERE id = $1 AND uid = $2 AND state = 'active'`,
      [id, uid, deleteAfter ?? null],
    );
  });
}
