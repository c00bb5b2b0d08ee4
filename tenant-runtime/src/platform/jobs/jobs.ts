import { AppError } from "../base/errors.ts";
import type { Database, Transaction } from "../database/database.ts";
import type { Actor, Audit } from "../events/audit.ts";
import { type Command, carryOut } from "../events/command.ts";
import { type JobDeclaration, usualBounds } from "./job.ts";
import { removeJob } from "./job-rows.ts";
import {
  findJob,
  type JobPlace,
  type JobQuery,
  jobErrors,
  listJobs,
  lockFreeJob,
  reviveJob,
  type ShownJob,
} from "./shown-jobs.ts";

export interface JobPage {
  readonly items: readonly ShownJob[];
  readonly next: JobPlace | undefined;
}

export interface JobsOptions {
  readonly database: Database;
  readonly audit: Audit;
  /** The declaration of a kind; undefined if this image does not know the kind. */
  readonly declarationOf: (kind: string) => JobDeclaration | undefined;
}

/** The jobs of the tenant, for its administrators. */
export class Jobs {
  readonly #options: JobsOptions;

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  /** A page of jobs, the newest first. `next`: the place of its last, if more follow. */
  async list(query: JobQuery): Promise<JobPage> {
    const found = await this.#options.database.transaction((transaction) =>
      listJobs(transaction, { ...query, limit: query.limit + 1 }),
    );
    const items = found.slice(0, query.limit);
    const last = found.length > query.limit ? items.at(-1) : undefined;
    return { items, next: last && { createdAt: last.place, id: last.id } };
  }

  /** Throws NOT_FOUND, as do the following. */
  async retrieve(id: string): Promise<ShownJob> {
    return existing(await this.#options.database.transaction((transaction) => findJob(transaction, id)));
  }

  /** Makes a job that was given up due again. Throws JOB_NOT_DEAD, or JOBS_FULL when too many of its kind wait. */
  repeat(command: Command, id: string): Promise<ShownJob> {
    const { database, declarationOf } = this.#options;
    return carryOut(database, command, async (transaction) => {
      const job = await free(transaction, id);
      if (job.state !== "dead") throw new AppError(jobErrors.JOB_NOT_DEAD);
      const { mostWaiting } = declarationOf(job.kind)?.bounds ?? usualBounds;
      if (!(await reviveJob(transaction, id, mostWaiting))) throw new AppError("JOBS_FULL");
      await this.#record(transaction, command.actor, job, "repeated");
      transaction.announce("jobs");
      return existing(await findJob(transaction, id));
    });
  }

  /** Removes a job that waits or was given up. Those who wait for it learn of it. Throws JOB_RUNNING. */
  drop(command: Command, id: string): Promise<void> {
    const { database, declarationOf } = this.#options;
    return carryOut(database, command, async (transaction) => {
      const job = await free(transaction, id);
      if (job.state !== "dead") await declarationOf(job.kind)?.giveUp?.(transaction, job.input);
      await removeJob(transaction, id);
      await this.#record(transaction, command.actor, job, "dropped");
    });
  }

  #record(
    transaction: Transaction,
    actor: Actor,
    { id, kind, state, attempts }: ShownJob,
    verb: string,
  ): Promise<void> {
    const details = { kind, state, attempts };
    return this.#options.audit(transaction, {
      actor,
      action: `job.${verb}`,
      entityType: "job",
      entityId: id,
      details,
    });
  }
}

async function free(transaction: Transaction, id: string) {
  const job = await lockFreeJob(transaction, id);
  if (job !== undefined) return job;
  existing(await findJob(transaction, id));
  throw new AppError(jobErrors.JOB_RUNNING);
}

function existing<Value>(found: Value | undefined): Value {
  if (found === undefined) throw new AppError("NOT_FOUND");
  return found;
}
