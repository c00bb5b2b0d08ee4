import type { Log } from "../../../../process/log.ts";
import { jittered } from "../base/jittered.ts";
import type { Database, Transaction } from "../database/database.ts";

const intervalMs = 6 * 60 * 60 * 1_000;
const batch = 1_000;

/** Removes old events now and every six hours. The returned function stops this. */
export function keepEventsFor(days: number, { database, log }: { database: Database; log: Log }): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const round = async () => {
    await removeEventsOlderThan(days, database).then(
      (count) => void (count > 0 && log.info("old events were removed", { count, days })),
      (error: Error) => log.warn("old events could not be removed", { reason: error.message }),
    );
    if (!stopped) timer = setTimeout(() => void round(), jittered(intervalMs)).unref();
  };
  void round();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Removes published events from the oldest on, so that the rest has no gap. Returns the number of removed ones. */
async function removeEventsOlderThan(days: number, database: Database): Promise<number> {
  let removed = 0;
  for (;;) {
    const count = await database.transaction((transaction) => removeBatch(transaction, days));
    removed += count;
    if (count < batch) return removed;
  }
}

async function removeBatch(transaction: Transaction, days: number): Promise<number> {
  const { rowCount } = await transaction.query(
    `WITH oldest AS (
       SELECT relay_position AS position, relayed_at FROM outbox_events
        WHERE relay_position <= (SELECT published_position FROM outbox_relay)
        ORDER BY relay_position LIMIT $2
     )
     DELETE FROM outbox_events WHERE relay_position <=
       (SELECT max(position) FROM oldest WHERE relayed_at < now() - make_interval(days => $1))`,
    [days, batch],
  );
  return rowCount;
}
