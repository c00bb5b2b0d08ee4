import { z } from "zod";
import type { Database, Queries, Transaction } from "../platform/database/database.ts";
import { defineJob, type Job } from "../platform/jobs/job.ts";

/** A module's worker for a job. */
export interface Worker<Services> {
  readonly job: Job;
  run(services: Services, transaction: Transaction, input: unknown, signal: AbortSignal): Promise<void>;
}

/** Types a worker by the input that its job declares. */
export function does<Services, Input extends z.ZodType>(
  job: Job<Input>,
  run: (
    services: Services,
    transaction: Transaction,
    input: z.output<Input>,
    signal: AbortSignal,
  ) => Promise<void>,
): Worker<Services> {
  return {
    job,
    run: (services, transaction, input, signal) => run(services, transaction, job.input.parse(input), signal),
  };
}

const event = z.object({
  type: z.string(),
  entityId: z.string(),
  details: z.record(z.string(), z.unknown()),
});

/** The event in the form that a subscriber receives. */
export type HeardEvent = z.output<typeof event>;

/** A module's handler of an event: a job, recorded with the event, so that it runs once. */
export interface Subscriber<Services> extends Worker<Services> {
  /** `customer.created` */
  readonly event: string;
}

/** Runs after each event of this type. Events of one entity may arrive out of order: read the entity's state. */
export function hears<Services>(
  type: string,
  subscriber: string,
  run: (services: Services, transaction: Transaction, event: HeardEvent) => Promise<void>,
): Subscriber<Services> {
  return { event: type, ...does(defineJob(`${subscriber} after ${type}`, event), run) };
}

/** A module's own loop beside the jobs, for work that must not hold a transaction open while it waits. */
export interface Loop {
  /** Checks for work now. Called at the start and after each announcement of jobs. */
  wake(): void;
  /** Checks within the present interval. Called when announcements of other pods stop to arrive. */
  wakeWithinPoll(): void;
  /** Takes no further work. Resolves within seconds, when what is in progress has ended or was given back. */
  stop(): Promise<void>;
}

/** The surroundings of a loop. */
export interface LoopWorld {
  readonly database: Database & Queries;
  /** The longest interval between checks without an announcement, in milliseconds. */
  readonly pollMs: () => number;
}

/** The jobs that each type of event creates. */
export type Subscriptions = ReadonlyMap<string, readonly Job[]>;
