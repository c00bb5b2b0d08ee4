import { Zone } from "../../../../calendar/src/zone.ts";
import { BusinessCalendar } from "../../calendar/business-calendar.ts";
import { Span } from "../../calendar/span.ts";
import { defaultSettings, type SlaSettings } from "../../settings.ts";
import type { Clock } from "../running/clock.ts";
import { slaAt } from "../sla-at.ts";
import { Agreement, type Target } from "../terms/agreement.ts";
import type { EscalationRule } from "../terms/escalation-rule.ts";
import type { TargetName } from "../terms/target-name.ts";
import type { TicketEvent, TicketFacts } from "../terms/ticket-facts.ts";

const workday = [Span.parse("09:00", "17:00")];
const wholeDay = [Span.parse("00:00", "24:00")];

export const office = BusinessCalendar.of(Zone.of("UTC"), [...Array(5).fill(workday), [], []]);
export const always = BusinessCalendar.of(Zone.of("UTC"), Array(7).fill(wholeDay));

/** An instant in the week of Monday, November 23, 2026: `time("Mon 09:30")`. The following Monday is `Mon2`. */
export function time(text: string): number {
  const [, name = "", week = "1", clock = ""] = /^(\w{3})(\d?) (.+)$/.exec(text) ?? [];
  const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(name) + (week === "2" ? 7 : 0);
  const seconds = clock.length === 5 ? ":00" : "";
  return Zone.parseInstant(`2026-11-23T${clock}${seconds}Z`) + day * 86_400;
}

/** The inverse of `time`, for comparisons. */
export function shown(at: number | undefined): string | undefined {
  if (at === undefined) return undefined;
  const days = Math.floor((at - time("Mon 00:00")) / 86_400);
  const clock = Zone.printInstant(at).slice(11, 19).replace(/:00$/, "");
  return `${["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][days % 7]}${days > 6 ? 2 : ""} ${clock}`;
}

export function target(minutes: number, ...escalations: readonly EscalationRule[]): Target {
  return { minutes, pausedIn: ["pending"], escalations };
}

export function agreement(
  targets: { readonly [Name in TargetName]?: Target },
  calendar = office,
  name = "gold",
): Agreement {
  return Agreement.of(name, calendar, targets);
}

type Happening = TicketEvent extends infer Event
  ? Event extends TicketEvent
    ? Omit<Event, "id" | "at">
    : never
  : never;

const message = { kind: "message", public: true, automatic: false } as const;
export const customer: Happening = { ...message, from: "customer" };
export const agent: Happening = { ...message, from: "agent" };
export const state = (name: string): Happening => ({ kind: "state", state: name });
export const change = (to: Agreement): Happening => ({ kind: "agreement", agreement: to });

/** A ticket opened on Monday at ten, with its events. */
export function ticket(
  promised: Agreement,
  happened: readonly (readonly [string, Happening])[] = [],
  more: Partial<TicketFacts> = {},
): TicketFacts {
  const events = happened.map(
    ([at, what], index) => ({ id: `e${index}`, at: time(at), ...what }) as TicketEvent,
  );
  return {
    openedAt: time("Mon 10:00"),
    openedBy: "customer",
    state: "open",
    agreement: promised,
    events,
    ...more,
  };
}

export function standing(facts: TicketFacts, at: string, settings: Partial<SlaSettings> = {}) {
  return slaAt(time(at), facts, { ...defaultSettings, ...settings });
}

/** The only clock of a target, in the form that tests compare. */
export function clock(name: TargetName, facts: TicketFacts, at: string, settings: Partial<SlaSettings> = {}) {
  const found = standing(facts, at, settings).clocks.find((one) => one.target === name);
  return found === undefined ? undefined : told(found);
}

export function told({ cycle, state, startedAt, endedAt, due, breached, leftSeconds, spent }: Clock) {
  return {
    cycle,
    state,
    started: shown(startedAt),
    ended: shown(endedAt),
    due: shown(due),
    breached,
    left: leftSeconds / 60,
    used: spent.working / 60,
  };
}
