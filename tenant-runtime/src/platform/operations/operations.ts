import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AppError, platformErrors } from "../base/errors.ts";
import type { Database, Queries, Transaction } from "../database/database.ts";
import type { Actor, Audit } from "../events/audit.ts";
import { type Command, carryOut } from "../events/command.ts";
import { defineJob, enqueue, type Job } from "../jobs/job.ts";
import type { Sealer } from "../secrets/sealer.ts";
import {
  keptDays,
  type LineResult,
  type Operation,
  type OperationError,
  operationErrors,
} from "./operation.ts";
import { reportOperation } from "./operation-events.ts";
import * as row from "./operation-rows.ts";

/** An operation whose input is still arriving. */
export interface Receiving {
  readonly id: string;
  /** Keeps the next part of the input, sealed. Parts are written together, about half a MiB at a time. */
  add(part: unknown): Promise<void>;
  /** Writes what is left. Gives the number of parts. */
  complete(): Promise<number>;
  /** Forgets the operation, unless it was started. */
  discard(): Promise<void>;
}

export interface OperationPage {
  readonly items: readonly Operation[];
  readonly next: row.OperationPlace | undefined;
}

const operationId = z.object({ id: z.uuid() });
/** `told`: the instant of the last event about the operation's progress. */
const step = operationId.extend({ told: z.iso.datetime().optional() });

const stepSuffix = " operation";

/** The job that does the next part of an operation of this kind. An operation whose job is given up has failed. */
export function stepJob(kind: string): Job<typeof step> {
  return {
    ...defineJob(`${kind}${stepSuffix}`, step),
    async giveUp(transaction, input) {
      const { id } = step.parse(input);
      const operation = await row.lockOperation(transaction, id);
      if (operation?.finishedAt === null) await failOperation(transaction, id, platformErrors.INTERNAL);
    },
  };
}

/** The job of this kind, if it does parts of operations. */
export function stepJobOf(jobKind: string): Job | undefined {
  return jobKind.endsWith(stepSuffix) ? stepJob(jobKind.slice(0, -stepSuffix.length)) : undefined;
}

/** Removes an operation that has not arrived, or that has expired. */
export const expiryJob = defineJob("operations.expire", operationId);
const receivingSeconds = 600;
const reportPage = 500;
// A process of PostgreSQL has 64 MiB, and a statement is in it several times.
const bytesOfTransaction = 512 * 1024;

/** Runs that job. */
export async function removeOld(transaction: Queries, { id }: { readonly id: string }): Promise<void> {
  await row.removeUnreceived(transaction, id);
  await row.removeExpired(transaction);
}

/** Creates the job that removes an operation of this transaction when it expires. */
async function leaveExpiry(transaction: Transaction, id: string): Promise<void> {
  await enqueue(transaction, expiryJob, { id }, { afterSeconds: keptDays * 86_400 + 60 });
}

/** Ends an operation without doing its further parts. */
export async function failOperation(
  transaction: Transaction,
  id: string,
  { code, message }: OperationError,
): Promise<void> {
  await endOperation(transaction, id, "failed", { code, message });
}

/** Ends an operation, and tells those who follow it. */
export async function endOperation(
  transaction: Transaction,
  id: string,
  state: row.Ended,
  error?: OperationError,
): Promise<Operation> {
  const ended = existing(await row.endOperation(transaction, id, state, error));
  await reportOperation(transaction, "ended", ended);
  await leaveExpiry(transaction, id);
  return ended;
}

/** Long commands: answered with 202, done a part at a time by jobs. */
export class Operations {
  readonly #database: Database;
  readonly #sealer: Sealer;
  readonly #audit: Audit;

  constructor({
    database,
    sealer,
    audit,
  }: { readonly database: Database; readonly sealer: Sealer; readonly audit: Audit }) {
    this.#database = database;
    this.#sealer = sealer;
    this.#audit = audit;
  }

  /** Reserves an operation. Throws OPERATION_LIMIT_REACHED. */
  async receive(kind: string, actor: Actor): Promise<Receiving> {
    const id = randomUUID();
    await this.#database.transaction(async (transaction) => {
      await row.insertOperation(transaction, { id, kind, createdBy: actor.id, requestId: actor.requestId });
      await enqueue(transaction, expiryJob, { id }, { afterSeconds: receivingSeconds });
    });
    return receivingInto(this.#database, this.#sealer, id);
  }

  /** Starts the operation once the command's transaction has committed. Throws NOT_FOUND when it no longer exists. */
  start(
    command: Command,
    id: string,
    what: Pick<Operation, "input" | "total" | "dryRun">,
  ): Promise<Operation> {
    return carryOut(this.#database, command, async (transaction) => {
      if (!(await row.startOperation(transaction, id, what))) throw new AppError("NOT_FOUND");
      const operation = existing(await row.findOperation(transaction, id));
      await this.#record(transaction, command.actor, operation, "started");
      await enqueue(transaction, stepJob(operation.kind), { id });
      return operation;
    });
  }

  /** Throws NOT_FOUND, as do the following. */
  async retrieve(id: string): Promise<Operation> {
    return existing(await this.#database.transaction((transaction) => row.findOperation(transaction, id)));
  }

  /** A page of operations, the newest first. `next`: the place of its last, if more follow. */
  async list(query: row.OperationQuery): Promise<OperationPage> {
    const found = await this.#database.transaction((transaction) =>
      row.listOperations(transaction, { ...query, limit: query.limit + 1 }),
    );
    const items = found.slice(0, query.limit);
    const last = found.length > query.limit ? items.at(-1) : undefined;
    return { items, next: last && { createdAt: last.place, id: last.id } };
  }

  /** Does no further part. Throws OPERATION_ENDED. */
  cancel(command: Command, id: string): Promise<Operation> {
    return carryOut(this.#database, command, async (transaction) => {
      const operation = existing(await row.lockOperation(transaction, id));
      if (operation.finishedAt !== null) throw new AppError(operationErrors.OPERATION_ENDED);
      const ended = await endOperation(transaction, id, "cancelled");
      await this.#record(transaction, command.actor, operation, "cancelled");
      return ended;
    });
  }

  /** The rows of the report, in pages of their own transactions. */
  async *results(id: string): AsyncGenerator<readonly row.ReportRow[]> {
    let after = { line: -1, number: -1 };
    for (;;) {
      const page = await this.#database.transaction((transaction) =>
        row.findResults(transaction, id, after, reportPage),
      );
      if (page.length > 0) yield page;
      if (page.length < reportPage) return;
      after = page.at(-1) ?? after;
    }
  }

  /** Opens a part and removes it from the list, in the transaction that does its work. */
  async takePart(transaction: Queries, { id, position }: Operation): Promise<unknown> {
    const sealed = await row.takePart(transaction, id, position);
    return JSON.parse(this.#sealer.open(sealed, placeOf(id, position)).toString());
  }

  /** Records the results of lines. */
  addResults(transaction: Queries, { id }: Operation, results: readonly LineResult[]): Promise<void> {
    return row.insertResults(transaction, id, results);
  }

  #record(transaction: Transaction, actor: Actor, { id, kind }: Operation, verb: string): Promise<void> {
    return this.#audit(transaction, {
      actor,
      action: `operation.${verb}`,
      entityType: "operation",
      entityId: id,
      details: { kind },
    });
  }
}

function receivingInto(database: Database, sealer: Sealer, id: string): Receiving {
  let written = 0;
  let waiting: Buffer[] = [];
  let bytes = 0;
  const write = async () => {
    await database.transaction((transaction) => row.insertParts(transaction, id, written, waiting));
    written += waiting.length;
    waiting = [];
    bytes = 0;
  };
  return {
    id,
    async add(part) {
      const place = placeOf(id, written + waiting.length);
      const sealed = sealer.seal(Buffer.from(JSON.stringify(part)), place);
      waiting.push(sealed);
      bytes += sealed.length;
      if (bytes >= bytesOfTransaction) await write();
    },
    async complete() {
      if (waiting.length > 0) await write();
      return written;
    },
    discard: () => database.transaction((transaction) => row.removeUnreceived(transaction, id)),
  };
}

function placeOf(id: string, position: number): string {
  return `operation_parts/${id}/${position}/sealed`;
}

function existing<Value>(found: Value | undefined): Value {
  if (found === undefined) throw new AppError("NOT_FOUND");
  return found;
}
