import type { Path } from "../../../../base/src/path.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import type { SlaSettings } from "../../settings.ts";
import { SupportFault } from "../../support-fault.ts";
import type { Agreement } from "../terms/agreement.ts";
import type { TicketEvent, TicketFacts } from "../terms/ticket-facts.ts";

export type Standing = "open" | "closed" | "merged";

/** An event, and the ticket's state after it. */
export interface Step {
  readonly event: TicketEvent;
  readonly at: number;
  readonly before: Standing;
  readonly standing: Standing;
  readonly state: string;
  readonly agreement: Agreement;
}

/**
 * The steps of a ticket from its opening to an instant. Later events are ignored.
 * @throws SupportFault FACTS_INVALID for an event or an instant before the opening, or a repeated id.
 */
export function stepsUntil(
  at: number,
  facts: TicketFacts,
  settings: SlaSettings,
): readonly [Step, ...Step[]] {
  requireOrder(at, facts);
  const { openedAt, openedBy: from, state, agreement } = facts;
  const opening: TicketEvent = {
    id: "",
    at: openedAt,
    kind: "message",
    from,
    public: true,
    automatic: false,
  };
  const first = { event: opening, at: openedAt, before: "open", state, agreement } as const;
  const steps: [Step, ...Step[]] = [{ ...first, standing: standingOf(state, settings) }];
  let last = steps[0];
  for (const event of facts.events.filter((one) => one.at <= at).sort((one, other) => one.at - other.at)) {
    last = stepAfter(last, event, settings);
    steps.push(last);
  }
  return steps;
}

function stepAfter(last: Step, event: TicketEvent, settings: SlaSettings): Step {
  const state = event.kind === "state" ? event.state : last.state;
  const agreement = event.kind === "agreement" ? event.agreement : last.agreement;
  const standing = standingOf(state, settings);
  return { event, at: event.at, before: last.standing, standing, state, agreement };
}

function standingOf(state: string, { closedStates, mergedStates }: SlaSettings): Standing {
  if (closedStates.includes(state)) return "closed";
  return mergedStates.includes(state) ? "merged" : "open";
}

function requireOrder(at: number, { openedAt, events }: TicketFacts): void {
  const opening = `the opening of the ticket at ${Zone.printInstant(openedAt)}`;
  if (at < openedAt) {
    throw refused(
      "an instant at or after the opening of the ticket",
      `${Zone.printInstant(at)} before ${opening}`,
      ["at"],
    );
  }
  const seen = new Set<string>();
  for (const [index, event] of events.entries()) {
    const path = ["ticket", "events", index];
    const name = JSON.stringify(event.id);
    if (event.at < openedAt) {
      const found = `${name} at ${Zone.printInstant(event.at)}, before ${opening}`;
      throw refused("events at or after the opening of the ticket", found, [...path, "at"]);
    }
    if (seen.has(event.id)) {
      throw refused("every event to have its own id", `${name} twice`, [...path, "id"]);
    }
    seen.add(event.id);
  }
}

function refused(what: string, found: string, path: Path): SupportFault {
  return new SupportFault(
    "FACTS_INVALID",
    `expected ${what}; found ${found}: correct the ticket's facts`,
    path,
  );
}
