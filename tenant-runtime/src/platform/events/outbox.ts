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

/** Records an event in the transaction of its change. The relay publishes it afterwards. */
export async function recordEvent(transaction: Transaction, event: DomainEvent): Promise<void> {
  await transaction.query(
    "INSERT INTO outbox_events (id, type, entity_type, entity_id, payload) VALUES ($1, $2, $3, $4, $5)",
    [randomUUID(), event.type, event.entityType, event.entityId, JSON.stringify(event.payload)],
  );
  transaction.announce("events");
}
