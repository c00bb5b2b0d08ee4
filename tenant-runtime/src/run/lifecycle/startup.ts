import type { Clock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";
import { tenths } from "../../platform/base/tenths.ts";

export interface StepReport {
  readonly name: string;
  readonly critical: boolean;
  readonly ms: number;
  /** The reason why a step that is not critical failed. */
  readonly failure?: string;
}

export interface PhaseReport {
  readonly name: string;
  readonly ms: number;
  readonly steps: readonly StepReport[];
}

/** The failure of a critical step: the process must not serve. */
class StartupFailure extends Error {
  override readonly name = "StartupFailure";
  readonly phase: string;
  readonly step: string;

  constructor(phase: string, step: string, cause: unknown) {
    super(`${phase}: ${step}: ${reasonOf(cause)}`, { cause });
    this.phase = phase;
    this.step = step;
  }
}

/** Runs the named steps of one phase. */
export interface Steps {
  /** A failure ends the start with a StartupFailure. */
  critical<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result>;
  /** A failure is logged and reported, and the start continues. */
  optional(name: string, work: () => void | Promise<void>): Promise<void>;
}

/** Runs the phases in order and records the duration of each for the log, /health and /metrics. */
export class Startup {
  readonly #reports: PhaseReport[] = [];
  readonly #log: Log;
  readonly #clock: Clock;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  get phases(): readonly PhaseReport[] {
    return this.#reports;
  }

  async phase<Result>(name: string, work: (steps: Steps) => Promise<Result>): Promise<Result> {
    const steps: StepReport[] = [];
    const started = this.#clock.monotonic();
    const result = await work(this.#steps(name, steps));
    const report = { name, ms: this.#since(started), steps };
    this.#reports.push(report);
    this.#log.info("a phase is done", { phase: name, ms: report.ms, steps });
    return result;
  }

  #steps(phase: string, reports: StepReport[]): Steps {
    return {
      critical: async (name, work) => {
        const started = this.#clock.monotonic();
        try {
          const result = await work();
          reports.push({ name, critical: true, ms: this.#since(started) });
          return result;
        } catch (cause) {
          throw new StartupFailure(phase, name, cause);
        }
      },
      optional: async (name, work) => {
        const started = this.#clock.monotonic();
        const failure = await failureOf(work);
        const report = { name, critical: false, ms: this.#since(started) };
        reports.push(failure === undefined ? report : { ...report, failure });
        if (failure !== undefined) this.#log.warn("starting degraded", { phase, step: name, failure });
      },
    };
  }

  #since(started: number): number {
    return tenths(this.#clock.monotonic() - started);
  }
}

async function failureOf(work: () => void | Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** The message of an error and of its causes, in one line. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors.map(reasonOf).join(", ") : "";
  const own = [error.message, inner].filter((part) => part !== "").join(": ") || error.name;
  const cause = error.cause === undefined ? "" : ` (${reasonOf(error.cause)})`;
  return `${own}${cause}`.replaceAll(/\s+/g, " ");
}
