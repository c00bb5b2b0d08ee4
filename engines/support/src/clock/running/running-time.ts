import type { BusinessCalendar } from "../../calendar/business-calendar.ts";

/** A part of a cycle in which the ticket and its agreement did not change. */
export interface Stretch {
  readonly from: number;
  /** Infinity if it has not ended. */
  readonly to: number;
  readonly calendar: BusinessCalendar;
  readonly kind: "counted" | "paused";
}

/** The time that a clock has run until an instant, and the instant at which it has run a given time. */
export class RunningTime {
  readonly #stretches: readonly Stretch[];
  readonly #until: number;

  /** @param stretches in order, none from `until` on */
  constructor(stretches: readonly Stretch[], until: number) {
    this.#stretches = stretches;
    this.#until = until;
  }

  /** Seconds of working time that count, or in which the clock was paused. */
  workingSeconds(kind: Stretch["kind"]): number {
    return this.#sum(kind, ({ from, calendar }, to) => calendar.secondsBetween(from, to));
  }

  wallSeconds(kind: Stretch["kind"]): number {
    return this.#sum(kind, ({ from }, to) => to - from);
  }

  /**
   * The first instant, past or future, at which this many seconds have run; undefined while the clock must first
   * continue.
   * @throws SupportFault CALENDAR_INVALID if ten years contain less working time.
   */
  reach(seconds: number): number | undefined {
    let before = 0;
    for (const { from, to, calendar, kind } of this.#stretches) {
      if (kind === "paused") continue;
      const worked = calendar.secondsBetween(from, Math.min(to, this.#until));
      if (to === Number.POSITIVE_INFINITY || before + worked >= seconds) {
        return calendar.after(from, seconds - before);
      }
      before += worked;
    }
    return undefined;
  }

  #sum(kind: Stretch["kind"], length: (stretch: Stretch, to: number) => number): number {
    return this.#stretches
      .filter((stretch) => stretch.kind === kind)
      .reduce((sum, stretch) => sum + length(stretch, Math.min(stretch.to, this.#until)), 0);
  }
}
