import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Transaction } from "../database/database.ts";

/** Work that can be left for later. */
export interface Job<Input extends z.ZodType = z.ZodType> {
  /** `notes.index`: the module's name and the work's. */
  readonly kind: string;
  /** Identifiers and names of fields: jobs are kept in clear. */
  readonly input: Input;
}

export function defineJob<Input extends z.ZodType>(kind: string, input: Input): Job<Input> {
  return { kind, input };
}

/** What does a job, in the transaction that also takes the job off the list. */
export interface JobHandler {
  readonly kind: string;
  run(transaction: Transaction, input: unknown): Promise<void>;
}

/** Leaves a job for later, in the transaction of the change that asks for it. */
export async function enqueue<Input extends z.ZodType>(
  transaction: Transaction,
  { kind }: Job<Input>,
  input: z.input<Input>,
): Promise<void> {
  await transaction.query("INSERT INTO jobs (id, kind, input) VALUES ($1, $2, $3)", [
    randomUUID(),
    kind,
    JSON.stringify(input),
  ]);
  transaction.announce("jobs");
}
