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

/** Rows that follow from events, written in the transaction of the event. */
export interface DerivedRows {
  /** `webhook_deliveries` */
  readonly name: string;
  /**
   * A condition in SQL over the new row of outbox_events: whether rows may follow. The statement that records the event
   * evaluates it, so an event from which none follow costs no further round trip.
   */
  readonly when: string;
  /** `INSERT INTO … SELECT … FROM event …` without parameters. `event` has the columns of outbox_events. */
  readonly insert: string;
}

/**
 * Records an event in the transaction of its change, with the rows that follow from it. The relay publishes it afterwards.
 * If rows follow, it announces jobs.
 */
export async function recordEvent(
  transaction: Transaction,
  event: DomainEvent,
  derived: readonly DerivedRows[] = [],
): Promise<void> {
  const id = randomUUID();
  const { rows } = await transaction.query<Readonly<Record<string, boolean>>>(
    `INSERT INTO outbox_events (id, type, entity_type, entity_id, payload) VALUES ($1, $2, $3, $4, $5)${conditions(derived)}`,
    [id, event.type, event.entityType, event.entityId, JSON.stringify(event.payload)],
  );
  transaction.announce("events");
  for (const { name, insert } of derived) if (rows[0]?.[name]) await derive(transaction, id, insert);
}

function conditions(derived: readonly DerivedRows[]): string {
  if (derived.length === 0) return "";
  return ` RETURNING ${derived.map(({ name, when }) => `(${when}) AS ${name}`).join(", ")}`;
}

async function derive(transaction: Transaction, eventId: string, insert: string): Promise<void> {
  const event = "WITH event AS (SELECT * FROM outbox_events WHERE id = $1)";
  const { rowCount } = await transaction.query(`${event} ${insert}`, [eventId]);
  if (rowCount > 0) transaction.announce("jobs");
}
