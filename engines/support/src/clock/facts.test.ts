import { describe, expect, it } from "vitest";
import { defaultSettings } from "../settings.ts";
import { faultOf } from "../testing/fault-of.ts";
import { slaAt } from "./sla-at.ts";
import {
  agent,
  agreement,
  clock,
  customer,
  standing,
  state,
  target,
  ticket,
  time,
} from "./testing/ticket.ts";

const gold = agreement({ firstResponse: target(60), update: target(60), solution: target(60) });

describe("the facts of a ticket", () => {
  it("may be listed in any order if their instants differ", () => {
    const happened = [
      ["Mon 10:30", agent],
      ["Mon 11:00", customer],
      ["Mon 11:10", state("pending")],
    ] as const;
    const facts = ticket(gold, happened);
    const shuffled = { ...facts, events: [...facts.events].reverse() };
    expect(standing(shuffled, "Mon 12:00")).toEqual(standing(facts, "Mon 12:00"));
  });

  it("of one second are applied in the order of the list", () => {
    const states = [state("closed"), state("open")] as const;
    const [closed, open] = states.map((one) => ["Mon 11:00", one] as const);
    if (closed === undefined || open === undefined) throw new Error("two states were written");
    expect(clock("solution", ticket(gold, [closed, open]), "Mon 12:00")).toMatchObject({ state: "running" });
    expect(clock("solution", ticket(gold, [open, closed]), "Mon 12:00")).toMatchObject({ state: "met" });
  });

  it("must not come before the ticket", () => {
    expect(faultOf("FACTS_INVALID", () => standing(ticket(gold), "Mon 09:59:59"))).toContain(
      "expected an instant at or after the opening of the ticket; found 2026-11-23T09:59:59Z before the opening of the ticket at 2026-11-23T10:00:00Z: correct the ticket's facts",
    );
    expect(
      faultOf("FACTS_INVALID", () => standing(ticket(gold, [["Mon 09:00", agent]]), "Mon 12:00")),
    ).toContain(
      'expected events at or after the opening of the ticket; found "e0" at 2026-11-23T09:00:00Z, before the opening of the ticket at 2026-11-23T10:00:00Z',
    );
  });

  it("may come in the same second as the ticket", () => {
    expect(clock("firstResponse", ticket(gold, [["Mon 10:00", agent]]), "Mon 10:00")).toMatchObject({
      state: "met",
      used: 0,
    });
  });

  it("must have ids of their own", () => {
    const facts = ticket(gold, [["Mon 11:00", agent]]);
    const twice = { ...facts, events: [...facts.events, ...facts.events] };
    expect(faultOf("FACTS_INVALID", () => slaAt(time("Mon 12:00"), twice, defaultSettings))).toContain(
      'expected every event to have its own id; found "e0" twice',
    );
  });

  it("give the clocks of all targets that are promised and begun, in order", () => {
    const { clocks } = standing(ticket(gold, [["Mon 10:30", agent]]), "Mon 11:00");
    expect(clocks.map((one) => one.target)).toEqual(["firstResponse", "solution"]);
    expect(clocks).toMatchObject([
      { agreement: "gold", targetSeconds: 3600, state: "met" },
      { agreement: "gold", targetSeconds: 3600, state: "running" },
    ]);
  });
});
