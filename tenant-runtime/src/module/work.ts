import { z } from "zod";
import type { Transaction } from "../platform/database/database.ts";
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

/** The jobs that each type of event creates. */
export type Subscriptions = ReadonlyMap<string, readonly Job[]>;
