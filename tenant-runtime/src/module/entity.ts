/** A kind of thing that a module keeps: what its events and its audit rows are called. */
export interface Entity<Event extends string = string, Action extends string = string> {
  /** `customer`: begins the names of its events and audit actions. */
  readonly type: string;
  /** The topic of its events, and the permission of those who may follow it. Without it there are no events. */
  readonly topic?: { readonly name: string; readonly read: string };
  /** What happens to it that is recorded as an event and as an audit row: `created`. */
  readonly events: readonly Event[];
  /** What is recorded as an audit row only: `password_change_refused`. */
  readonly audited: readonly Action[];
}

/** Types an entity by the verbs that it lists. Throws when it lists events and has no topic for them. */
export function defineEntity<
  const Event extends string = never,
  const Action extends string = never,
>(definition: {
  readonly type: string;
  readonly topic?: { readonly name: string; readonly read: string };
  readonly events?: readonly Event[];
  readonly audited?: readonly Action[];
}): Entity<Event, Action> {
  const { events = [], audited = [] } = definition;
  if (events.length > 0 && definition.topic === undefined) {
    throw new Error(
      `the entity ${definition.type} has events and no topic: name the topic and who may read it`,
    );
  }
  return { ...definition, events, audited };
}
