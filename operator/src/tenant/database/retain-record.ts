import type { Postgres } from "../../clients/postgres/postgres.ts";

/**
 * Records that a tenant's data have no Tenant any more, and from when on they may be destroyed; without
 * `deleteAfter`, never. A tenant that never got data has no record, and none is made.
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
