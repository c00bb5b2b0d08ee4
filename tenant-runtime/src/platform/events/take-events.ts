import type { Database, Queries } from "../database/database.ts";
import { readEvents } from "./event-log.ts";
import type { SequencedEvent } from "./events.ts";
import type { Topics } from "./topics.ts";

/** The result of one check of the outbox. */
export type Taken =
  | { readonly kind: "nothing"; readonly last: number }
  /** Another replica holds the row. */
  | { readonly kind: "busy" }
  | { readonly kind: "events"; readonly last: number; readonly events: readonly SequencedEvent[] };

/**
 * Assigns the next sequence numbers to waiting events, and returns in order all events to publish: these, and those
 * that an earlier relay left. It reads only committed events, so no event gets a lower number than one returned
 * before. One replica at a time holds the relay's row, and the others do not wait. Without events it is one
 * statement that writes nothing.
 */
export async function takeEvents(
  database: Database & Queries,
  topics: Topics,
  limit: number,
): Promise<Taken> {
  const { last, anything } = await look(database);
  if (!anything) return { kind: "nothing", last };
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.query<{ published: string }>(
      "SELECT published_position AS published FROM outbox_relay FOR UPDATE SKIP LOCKED",
    );
    const [relay] = rows;
    if (relay === undefined) return { kind: "busy" };
    return {
      kind: "events",
      last: await number(transaction, limit),
      events: await readEvents(transaction, { after: Number(relay.published), limit }, topics),
    };
  });
}

/** Records that all events up to `sequence` have been published. */
export async function markPublished(database: Database, sequence: number): Promise<void> {
  await database.transaction((transaction) =>
    transaction.query("UPDATE outbox_relay SET published_position = $1 WHERE published_position < $1", [
      sequence,
    ]),
  );
}

async function look(transaction: Queries): Promise<{ last: number; anything: boolean }> {
  const { rows } = await transaction.query<{ last: string; anything: boolean }>(
    `SELECT last_position AS last,
            published_position < last_position
              OR EXISTS (SELECT 1 FROM outbox_events WHERE relay_position IS NULL) AS anything
       FROM outbox_relay`,
  );
  const [found] = rows;
  if (found === undefined)
    throw new Error("outbox_relay has no row: put it back with INSERT … DEFAULT VALUES");
  return { last: Number(found.last), anything: found.anything };
}

/** A separate statement, because only one that begins under the lock sees the work of earlier relays. */
async function number(transaction: Queries, limit: number): Promise<number> {
  const { rows } = await transaction.query<{ last: string }>(
    `WITH waiting AS (
       SELECT id, recorded_as FROM outbox_events
        WHERE relay_position IS NULL ORDER BY recorded_as LIMIT $1
     ), numbered AS (
       UPDATE outbox_events AS event
          SET relay_position = relay.last_position + place.number, relayed_at = clock_timestamp()
         FROM (SELECT id, row_number() OVER (ORDER BY recorded_as) AS number FROM waiting) AS place, outbox_relay AS relay
        WHERE event.id = place.id
       RETURNING event.id
     )
     UPDATE outbox_relay SET last_position = last_position + (SELECT count(*) FROM numbered)
     RETURNING last_position AS last`,
    [limit],
  );
  return Number(rows[0]?.last);
}
