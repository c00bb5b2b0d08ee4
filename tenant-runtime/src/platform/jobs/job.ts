import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Transaction } from "../database/database.ts";

/** Work that a transaction leaves for later. */
export interface Job<Input extends z.ZodType = z.ZodType> {
  /** `notes.index`: the names of the module and of the work. */
  readonly kind: string;
  /** Identifiers and names of fields. Jobs are stored in plain text. */
  readonly input: Input;
}

export function defineJob<Input extends z.ZodType>(kind: string, input: Input): Job<Input> {
  return { kind, input };
}

/** Runs a job, in the transaction that also removes the job from the list. */
export interface JobHandler {
  readonly kind: string;
  run(transaction: Transaction, input: unknown): Promise<void>;
  /** Records for those who wait for the job that it was given up. */
  giveUp?(transaction: Transaction, input: unknown): Promise<void>;
}

/** Creates a job in the transaction of the change that needs it. The job starts after at least `afterSeconds`. */
export async function enqueue<Input extends z.ZodType>(
  transaction: Transaction,
  { kind }: Job<Input>,
  input: z.input<Input>,
  { afterSeconds = 0 }: { readonly afterSeconds?: number } = {},
): Promise<void> {
  await transaction.query(
    "INSERT INTO jobs (id, kind, input, run_at) VALUES ($1, $2, $3, now() + make_interval(secs => $4))",
    [randomUUID(), kind, JSON.stringify(input), afterSeconds],
  );
  transaction.announce("jobs");
}
