import type { Database, Queries } from "../database/database.ts";
import type { SequencedEvent } from "./events.ts";
import type { Topics } from "./topics.ts";

export interface EventRange {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive; no bound when absent. */
  readonly upTo?: number;
  /** All when absent. */
  readonly topics?: readonly string[];
  readonly limit: number;
}

export interface EventPage {
  readonly events: readonly SequencedEvent[];
  /** Events up to this one have been removed. It is read after the events, so that none after it is missing. */
  readonly goneUpTo: number;
}

/** The numbered events that are still stored. */
export interface EventLog {
  page(range: EventRange): Promise<EventPage>;
  /** The last assigned sequence number. */
  last(): Promise<number>;
}

export function createEventLog(database: Database, topics: Topics): EventLog {
  return {
    page: (range) =>
      database.transaction(async (transaction) => ({
        events: await readEvents(transaction, range, topics),
        goneUpTo: await readGone(transaction),
      })),
    last: () =>
      database.transaction(async (transaction) => {
        const { rows } = await transaction.query<{ last: string }>(
          "SELECT last_position AS last FROM outbox_relay",
        );
        return Number(rows[0]?.last ?? 0);
      }),
  };
}

interface EventRow {
  readonly sequence: string;
  readonly id: string;
  readonly type: string;
  readonly entity_type: string;
  readonly entity_id: string;
  readonly payload: Record<string, unknown>;
  readonly occurred_at: Date;
}

/** Events in order, each with the topic of its entity. */
export async function readEvents(
  transaction: Queries,
  { after, upTo, topics: wanted, limit }: EventRange,
  topics: Topics,
): Promise<readonly SequencedEvent[]> {
  const { rows } = await transaction.query<EventRow>(
    `SELECT relay_position AS sequence, id, type, entity_type, entity_id, payload, occurred_at
       FROM outbox_events
      WHERE relay_position > $1
        AND ($2::bigint IS NULL OR relay_position <= $2)
        AND ($3::text[] IS NULL OR entity_type = ANY ($3))
      ORDER BY relay_position LIMIT $4`,
    [after, upTo ?? null, wanted === undefined ? null : topics.entityTypes(wanted), limit],
  );
  return rows.map((row) => eventOf(row, topics));
}

function eventOf(row: EventRow, topics: Topics): SequencedEvent {
  return {
    sequence: Number(row.sequence),
    topic: topics.of(row.entity_type),
    event: {
      id: row.id,
      type: row.type,
      entity: { type: row.entity_type, id: row.entity_id },
      occurredAt: row.occurred_at.toISOString(),
      data: row.payload,
    },
  };
}

// Positions have no gaps and are removed from the oldest on.
async function readGone(transaction: Queries): Promise<number> {
  const { rows } = await transaction.query<{ gone: string }>(
    `SELECT coalesce((SELECT min(relay_position) - 1 FROM outbox_events), last_position) AS gone
       FROM outbox_relay`,
  );
  return Number(rows[0]?.gone ?? 0);
}
