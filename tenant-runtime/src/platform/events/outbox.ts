import { randomUUID } from "node:crypto";
import type { Transaction } from "../database/database.ts";

/** An event for subscribers and webhooks. */
export interface DomainEvent {
  /** `customer.created` */
  readonly type: string;
  readonly entityType: string;
  readonly entityId: string;
  /** Identifiers and names of changed fields: receivers read the rest with their own rights. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Rows that follow from each event, written by the statement that records the event. */
export interface DerivedRows {
  /** `webhook_deliveries` */
  readonly name: string;
  /**
   * `INSERT INTO … SELECT … FROM event …` without parameters. `event` is the recorded event, with the columns of
   * outbox_events.
   */
  readonly insert: string;
}

/**
 * Records an event in the transaction of its change, with the rows that follow from it. The relay publishes it afterwards;
 * if rows follow, work waits.
 */
export async function recordEvent(
  transaction: Transaction,
  event: DomainEvent,
  derived: readonly DerivedRows[] = [],
): Promise<void> {
  const { rows } = await transaction.query<{ derived: number }>(statementOf(derived), [
    randomUUID(),
    event.type,
    event.entityType,
    event.entityId,
    JSON.stringify(event.payload),
  ]);
  transaction.announce("events");
  if ((rows[0]?.derived ?? 0) > 0) transaction.announce("jobs");
}

const insertEvent =
  "INSERT INTO outbox_events (id, type, entity_type, entity_id, payload) VALUES ($1, $2, $3, $4, $5)";

/** One statement, so that events without derived rows cost no further round trip. */
function statementOf(derived: readonly DerivedRows[]): string {
  if (derived.length === 0) return insertEvent;
  const parts = derived.map(({ name, insert }) => `${name}_rows AS (${insert} RETURNING 1)`);
  const counts = derived.map(({ name }) => `(SELECT count(*)::integer FROM ${name}_rows)`);
  return `WITH event AS (${insertEvent} RETURNING *), ${parts.join(", ")} SELECT ${counts.join(" + ")} AS derived`;
}
