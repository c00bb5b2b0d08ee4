import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import type { Clock } from "../../src/clock/running/clock.ts";

export const printedInstant = z.string().meta({ description: "instant in UTC" });
const seconds = z.int();
export const targetWord = z.enum(["firstResponse", "update", "solution"]);

export const printedClock = output({
  target: targetWord,
  cycle: z.int().min(1),
  agreement: z.string(),
  state: z.enum(["running", "paused", "met", "stopped"]),
  working: z.boolean(),
  startedAt: printedInstant,
  endedAt: printedInstant.nullable(),
  targetSeconds: seconds.min(60),
  due: printedInstant.nullable(),
  breached: z.boolean(),
  leftSeconds: seconds.meta({ description: "working time; negative when over" }),
  leftMinutes: seconds.meta({ description: "leftSeconds in minutes, rounded down" }),
  spent: output({
    working: seconds.min(0),
    pausedWorking: seconds.min(0),
    pausedWall: seconds.min(0),
    wall: seconds.min(0),
  }),
  escalations: z.array(output({ name: z.string(), at: printedInstant.nullable(), reached: z.boolean() })),
});

/** The printed form of an instant; null if it is unknown. */
export function printInstant(at: number | undefined): string | null {
  return at === undefined ? null : Zone.printInstant(at);
}

/** The printed form of a clock at an instant. */
export function printClock(clock: Clock, now: number): z.input<typeof printedClock> {
  return {
    ...clock,
    startedAt: Zone.printInstant(clock.startedAt),
    endedAt: printInstant(clock.endedAt),
    due: printInstant(clock.due),
    leftMinutes: Math.floor(clock.leftSeconds / 60),
    escalations: clock.escalations.map(({ name, at }) => ({
      name,
      at: printInstant(at),
      reached: at !== undefined && at <= now,
    })),
  };
}
