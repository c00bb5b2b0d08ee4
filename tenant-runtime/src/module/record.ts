import type { Transaction } from "../platform/database/database.ts";
import type { Actor, Audit, AuditEntry } from "../platform/events/audit.ts";
import { type DerivedRows, recordEvent } from "../platform/events/outbox.ts";
import { enqueue } from "../platform/jobs/job.ts";
import type { Entity } from "./entity.ts";
import type { Subscriptions } from "./work.ts";

/** Names of changed fields, states, identifiers: never a personal value. */
export type Details = AuditEntry["details"];

/** An action on one entity. */
export interface Happening<Verb extends string> {
  readonly verb: Verb;
  readonly id: string;
  readonly actor: Actor;
  readonly details: Details;
}

/** Records the actions of a command in its own transaction. Accepts only verbs that the entity declares. */
export interface Recorder {
  /** Records an audit row and an event. */
  change<Event extends string>(
    transaction: Transaction,
    entity: Entity<Event>,
    happening: Happening<Event>,
  ): Promise<void>;
  /** Records only an audit row. */
  note<Event extends string, Action extends string>(
    transaction: Transaction,
    entity: Entity<Event, Action>,
    happening: Happening<Event | Action>,
  ): Promise<void>;
}

/** `subscriptions`: the jobs that each event creates. `derived`: the rows that follow from each event. */
export function createRecorder(
  audit: Audit,
  subscriptions: Subscriptions = new Map(),
  derived: readonly DerivedRows[] = [],
): Recorder {
  const note: Recorder["note"] = (transaction, { type }, { verb, id, actor, details }) =>
    audit(transaction, { actor, action: `${type}.${verb}`, entityType: type, entityId: id, details });
  return {
    note,
    async change(transaction, entity, happening) {
      const { type } = entity;
      await note(transaction, entity, happening);
      const { id, verb, details } = happening;
      const event = { type: `${type}.${verb}`, entityType: type, entityId: id, payload: details };
      await recordEvent(transaction, event, derived);
      for (const job of subscriptions.get(`${type}.${verb}`) ?? []) {
        await enqueue(transaction, job, { type: `${type}.${verb}`, entityId: id, details });
      }
    },
  };
}
