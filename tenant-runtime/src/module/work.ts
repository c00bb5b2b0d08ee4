import { z } from "zod";
import type { Transaction } from "../platform/database/database.ts";
import { defineJob, type Job } from "../platform/jobs/job.ts";

/** What a module does for a job. */
export interface Worker<Services> {
  readonly job: Job;
  run(services: Services, transaction: Transaction, input: unknown): Promise<void>;
}

/** Types what does a job by the input that the job declares. */
export function does<Services, Input extends z.ZodType>(
  job: Job<Input>,
  run: (services: Services, transaction: Transaction, input: z.output<Input>) => Promise<void>,
): Worker<Services> {
  return { job, run: (services, transaction, input) => run(services, transaction, job.input.parse(input)) };
}

const event = z.object({
  type: z.string(),
  entityId: z.string(),
  details: z.record(z.string(), z.unknown()),
});

/** What has happened, as a subscriber is told. */
export type HeardEvent = z.output<typeof event>;

/** What a module does when something happens: a job, recorded with the event, so that it is done once. */
export interface Subscriber<Services> extends Worker<Services> {
  /** `customer.created` */
  readonly event: string;
}

/** Runs after each event of this type. Events of one entity may be heard out of order: read the entity's state. */
export function hears<Services>(
  type: string,
  subscriber: string,
  run: (services: Services, transaction: Transaction, event: HeardEvent) => Promise<void>,
): Subscriber<Services> {
  return { event: type, ...does(defineJob(`${subscriber} after ${type}`, event), run) };
}

/** The jobs that each type of event gives rise to. */
export type Subscriptions = ReadonlyMap<string, readonly Job[]>;
