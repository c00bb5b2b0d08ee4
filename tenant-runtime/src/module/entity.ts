import type { Topic } from "../platform/events/topics.ts";

/** A kind of entity that a module stores: the names of its events and audit rows. */
export interface Entity<Event extends string = string, Action extends string = string> {
  /** `customer`: the first part of its events' and audit actions' names. */
  readonly type: string;
  /** The topic of its events, and the permission to follow it. Without a topic there are no events. */
  readonly topic?: Omit<Topic, "entityType">;
  /** The changes that are recorded as an event and an audit row: `created`. */
  readonly events: readonly Event[];
  /** The events that only followers of the topic hear of: neither an audit row nor a job follows from them. */
  readonly reports: readonly string[];
  /** The actions that are recorded only as an audit row: `password_change_refused`. */
  readonly audited: readonly Action[];
}

/** Types an entity by its verbs. Throws when it lists events and has no topic for them. */
export function defineEntity<
  const Event extends string = never,
  const Action extends string = never,
>(definition: {
  readonly type: string;
  readonly topic?: Omit<Topic, "entityType">;
  readonly events?: readonly Event[];
  readonly reports?: readonly string[];
  readonly audited?: readonly Action[];
}): Entity<Event, Action> {
  const { events = [], reports = [], audited = [] } = definition;
  if (events.length + reports.length > 0 && definition.topic === undefined) {
    throw new Error(
      `the entity ${definition.type} has events and no topic: name the topic and the permission to read it`,
    );
  }
  return { ...definition, events, reports, audited };
}
