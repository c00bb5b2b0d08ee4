/**
 * Counts SLA clocks minute by minute from the command's JSON input, with the default settings. It shares no code with
 * the engine, so only the same mistake in both would go unnoticed. It supports only the contents of the tests' random
 * tickets, for example only events on whole minutes.
 */
import { MinuteCalendar } from "./minute-calendar.ts";
import type { RandomAgreement, RandomEvent, RandomSla } from "./random-sla.ts";

const longest = 200 * 86_400;

type TargetName = "firstResponse" | "update" | "solution";

/** The figures of one clock: instants in seconds since 1970, durations in minutes. */
export interface Counted {
  readonly state: string;
  readonly used: number;
  readonly paused: number;
  readonly due: number | null;
  readonly breached: boolean;
  readonly startedAt: number;
}

interface Run {
  readonly startedAt: number;
  /** The minutes that count against the target. */
  readonly counted: number[];
  paused: number;
  /** An agent replied, even if the ticket was closed then. */
  isAnswered?: boolean;
  ended?: { readonly at: number; readonly met: boolean; readonly agreement: RandomAgreement } | undefined;
}

const isOpen = (state: string) => state !== "closed" && state !== "merged";

/** The clock of one target, or null if there is none. */
export function countTarget(target: TargetName, input: RandomSla): Counted | null {
  const walk = new MinuteWalk(target, input);
  const now = Date.parse(input.at) / 1000;
  for (let minute = Date.parse(input.ticket.openedAt) / 1000; minute <= now; minute += 60) {
    walk.happen(minute);
    if (minute < now) walk.pass(minute);
  }
  return walk.result(now);
}

class MinuteWalk {
  readonly #target: TargetName;
  readonly #calendars: Map<string, MinuteCalendar>;
  readonly #agreements: Map<string, RandomAgreement>;
  readonly #events: Map<number, RandomEvent[]>;
  #agreement: RandomAgreement;
  #state: string;
  #responded = false;
  #run: Run | undefined;

  constructor(target: TargetName, { agreements, calendars, ticket }: RandomSla) {
    const opened = Date.parse(ticket.openedAt) / 1000;
    this.#target = target;
    this.#calendars = new Map(calendars.map((one) => [one.name, new MinuteCalendar(one)]));
    this.#agreements = new Map(agreements.map((one) => [one.name, one]));
    this.#events = Map.groupBy(ticket.events, ({ at }) => Date.parse(at) / 1000);
    this.#agreement = this.#named(ticket.agreement);
    this.#state = ticket.state;
    if (target !== "update") {
      this.#begin(opened);
      if (!isOpen(ticket.state)) this.#end(opened, target === "solution" && ticket.state === "closed");
    } else if (this.#agreement.targets.firstResponse === undefined) this.#begin(opened);
  }

  happen(minute: number): void {
    for (const event of this.#events.get(minute) ?? []) {
      if (event.kind === "agreement") this.#agreement = this.#named(event.agreement);
      else if (event.kind === "state") this.#change(event.state, minute);
      else if (event.public && !event.automatic) this.#hear(event.from, minute);
    }
  }

  pass(minute: number): void {
    const promise = this.#agreement.targets[this.#target];
    if (this.#run === undefined || this.#run.ended !== undefined || promise === undefined) return;
    if (!isOpen(this.#state) || !this.#isWorked(minute)) return;
    if (promise.pausedIn.includes(this.#state)) this.#run.paused += 1;
    else this.#run.counted.push(minute);
  }

  result(now: number): Counted | null {
    const run = this.#run;
    const promise = (run?.ended?.agreement ?? this.#agreement).targets[this.#target];
    if (run === undefined || promise === undefined) return null;
    const state = this.#word(run, promise.pausedIn);
    const minutes = [...run.counted];
    for (let minute = now; state === "running" && minutes.length < promise.minutes; minute += 60) {
      if (minute > now + longest) throw new Error("expected a due time within 200 days");
      if (this.#isWorked(minute)) minutes.push(minute);
    }
    const last = minutes[promise.minutes - 1];
    const due = last === undefined ? null : last + 60;
    const late = run.ended === undefined ? due !== null && due <= now : due !== null && due < run.ended.at;
    const { startedAt, paused, counted } = run;
    return { state, used: counted.length, paused, due, breached: late, startedAt };
  }

  #word({ ended }: Run, pausedIn: readonly string[]): string {
    if (ended?.met) return "met";
    if (ended !== undefined || !isOpen(this.#state)) return "stopped";
    return pausedIn.includes(this.#state) ? "paused" : "running";
  }

  #change(state: string, minute: number): void {
    const wasOpen = isOpen(this.#state);
    this.#state = state;
    if (isOpen(state)) {
      const isOwed = !this.#run?.ended?.met && !this.#run?.isAnswered;
      const goesOn = this.#target === "solution" || isOwed;
      if (goesOn && this.#run !== undefined) this.#run.ended = undefined;
    } else if (this.#target === "solution" && state === "closed") this.#end(minute, true);
    else if (wasOpen) this.#end(minute, false);
  }

  #hear(from: "customer" | "agent", minute: number): void {
    if (this.#target === "solution") return;
    if (from === "agent") {
      this.#responded = true;
      if (this.#run !== undefined) this.#run.isAnswered = true;
      if (this.#target === "firstResponse" || this.#run?.ended === undefined) this.#end(minute, true);
      return;
    }
    const owed = this.#responded || this.#agreement.targets.firstResponse === undefined;
    const quiet = this.#run === undefined || this.#run.ended !== undefined;
    if (this.#target === "update" && owed && quiet) this.#begin(minute);
  }

  #begin(startedAt: number): void {
    this.#run = { startedAt, counted: [], paused: 0 };
  }

  /** Ends the clock. A met target stays met. A stopped one may still be met. */
  #end(at: number, met: boolean): void {
    if (this.#run === undefined || this.#run.ended?.met) return;
    if (this.#run.ended === undefined || met) this.#run.ended = { at, met, agreement: this.#agreement };
  }

  #isWorked(minute: number): boolean {
    return this.#calendars.get(this.#agreement.calendar)?.isWorked(minute) === true;
  }

  #named(name: string): RandomAgreement {
    const agreement = this.#agreements.get(name);
    if (agreement === undefined) throw new Error(`no agreement ${name}`);
    return agreement;
  }
}
