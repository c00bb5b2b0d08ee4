import { z } from "zod";
import { command } from "../../../base/cli/command.ts";
import { output } from "../../../base/cli/schemas/output.ts";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { id, instant } from "../../../base/cli/schemas/scalars.ts";
import { slaAt } from "../../src/clock/sla-at.ts";
import { Agreement } from "../../src/clock/terms/agreement.ts";
import type { TicketEvent } from "../../src/clock/terms/ticket-facts.ts";
import { agreement } from "../schemas/agreement.ts";
import { calendarFields, calendarOf } from "../schemas/calendar.ts";
import {
  printClock,
  printedClock,
  printedInstant,
  printInstant,
  targetWord,
} from "../schemas/printed-clock.ts";
import { settings } from "../schemas/settings.ts";
import { type NamedTicket, ticket } from "../schemas/ticket.ts";
import { Named } from "./named.ts";

const calendar = record({ name: id, ...calendarFields }).transform((given, context) => ({
  name: given.name,
  calendar: calendarOf(given, context),
}));

export const sla = command({
  name: "sla",
  summary: "the clocks of a ticket at an instant: due, left, breached, and the next alarm",
  example: {
    calendars: [
      {
        name: "office",
        zone: "Europe/Paris",
        hours: [
          { days: ["monday", "tuesday", "wednesday", "thursday", "friday"], from: "09:00", to: "17:00" },
        ],
        holidays: [{ yearly: "12-25" }],
      },
    ],
    agreements: [
      {
        name: "gold, normal",
        calendar: "office",
        targets: {
          firstResponse: { minutes: 60 },
          solution: {
            minutes: 480,
            pausedIn: ["pending"],
            escalations: [{ name: "team lead", kind: "percent", percent: 75 }],
          },
        },
      },
    ],
    ticket: {
      openedAt: "2026-11-23T10:00:00+01:00",
      agreement: "gold, normal",
      events: [{ id: "m1", at: "2026-11-23T10:40:00+01:00", kind: "message", from: "agent" }],
    },
    at: "2026-11-23T12:00:00+01:00",
  },
  input: record({
    calendars: list(calendar),
    agreements: list(agreement),
    ticket,
    at: instant,
    settings,
  }),
  output: output({
    at: printedInstant,
    clocks: z.array(printedClock),
    earlier: z.array(printedClock),
    next: output({
      at: printedInstant,
      target: targetWord,
      cycle: z.int().min(1),
      escalation: z.string().nullable(),
    }).nullable(),
  }),
  run({ calendars, agreements, ticket, at, settings }) {
    const hours = new Named(
      "calendar",
      calendars.map((one) => [one.name, one.calendar] as const),
    );
    const agreed = new Named(
      "agreement",
      agreements.map(({ name, calendar, targets }, index) => {
        const path = ["agreements", index];
        const found = hours.find(calendar, [...path, "calendar"]);
        return [name, Agreement.of(name, found, targets, path)] as const;
      }),
    );
    const { clocks, earlier, next } = slaAt(at, factsOf(ticket, agreed), settings);
    return {
      at: printInstant(at),
      clocks: clocks.map((clock) => printClock(clock, at)),
      earlier: earlier.map((clock) => printClock(clock, at)),
      next:
        next === undefined
          ? null
          : { ...next, at: printInstant(next.at), escalation: next.escalation ?? null },
    };
  },
});

function factsOf({ events, agreement, ...facts }: NamedTicket, agreed: Named<Agreement>) {
  return {
    ...facts,
    agreement: agreed.find(agreement, ["ticket", "agreement"]),
    events: events.map((event, index): TicketEvent => {
      if (event.kind !== "agreement") return event;
      return { ...event, agreement: agreed.find(event.agreement, ["ticket", "events", index, "agreement"]) };
    }),
  };
}
