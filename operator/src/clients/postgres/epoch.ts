import type { Postgres } from "./postgres.ts";

/**
 * Begins a new epoch for the newly elected `holder` and returns it. It waits for the transactions of the previous
 * epoch. Afterwards no transaction of that epoch can begin or commit.
 */
export async function beginEpoch(postgres: Postgres, holder: string): Promise<number> {
  return postgres.transaction(async (transaction) => {
    const [row] = await transaction.query<{ epoch: string }>(
      `INSERT INTO public.operator_epoch (epoch, holder) VALUES (1, $1)
       ON CONFLICT (only_row) DO UPDATE SET epoch = operator_epoch.epoch + 1, holder = excluded.holder
       RETURNING epoch`,
      [holder],
    );
    return Number(row?.epoch);
  });
}
