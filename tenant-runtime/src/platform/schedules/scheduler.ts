import type { TimerClock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";
import type { Database, Queries } from "../database/database.ts";
import { enqueue } from "../jobs/job.ts";
import { type DateText, LocalTime } from "./local-time.ts";
import { lastOccurrence, nextOccurrence, type Schedule } from "./schedule.ts";
import { introduceSchedule, takeRun } from "./schedule-rows.ts";

export interface SchedulerOptions {
  readonly database: Database & Queries;
  readonly schedules: readonly Schedule[];
  /** The tenant's IANA time zone. */
  readonly timeZone: string;
  readonly clock: TimerClock;
  readonly log: Log;
}

const retryMs = 5_000;
// A wall clock may be set, so a timer is compared with it at least this often.
const longestMs = 3_600_000;

/**
 * Creates the jobs of schedules. Every pod runs a scheduler, and one statement decides which of them creates the job of
 * a date. Of the dates that all pods have missed, the last is made up for. It asks the database at the start and at each
 * occurrence only.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #local: LocalTime;
  /** The date of the last occurrence that is known to have a job, by the schedule's name. */
  readonly #taken = new Map<string, DateText>();
  #cancel: () => void = () => {};
  #stopped = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#local = new LocalTime(options.timeZone);
  }

  /** Creates the jobs that are due, now and at each later occurrence. */
  async start(): Promise<void> {
    if (this.#stopped || this.#options.schedules.length === 0) return;
    const pause = await this.#check();
    if (!this.#stopped) this.#cancel = this.#options.clock.after(pause, () => void this.start());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Returns the pause before the next check. */
  async #check(): Promise<number> {
    const { schedules, clock, log } = this.#options;
    const now = clock.now().getTime();
    try {
      for (const schedule of schedules) await this.#run(schedule, now);
    } catch (error) {
      log.warn("scheduled jobs cannot be created", { reason: (error as Error).message });
      return retryMs;
    }
    const next = schedules.map((schedule) => nextOccurrence(schedule, this.#local, now).instant);
    return Math.min(longestMs, Math.max(0, Math.min(...next) - clock.now().getTime()));
  }

  async #run(schedule: Schedule, now: number): Promise<void> {
    const { database, log } = this.#options;
    const { name, job } = schedule;
    const { date } = lastOccurrence(schedule, this.#local, now);
    const taken = this.#taken.get(name);
    if (taken !== undefined && taken >= date) return;
    if (taken === undefined) await introduceSchedule(database, name, date);
    const created = await database.transaction(async (transaction) => {
      if (!(await takeRun(transaction, name, date))) return false;
      await enqueue(transaction, job, { date });
      return true;
    });
    this.#taken.set(name, date);
    if (created) log.info("a scheduled job was created", { schedule: name, date });
  }
}
