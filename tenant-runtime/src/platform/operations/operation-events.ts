import type { Transaction } from "../database/database.ts";
import { recordEvent } from "../events/outbox.ts";
import type { Operation } from "./operation.ts";

/** The events of operations. `progressed`: at most once in `progressMs`, and not after the last part. */
export const operationReports = ["progressed", "ended"] as const;

/** The shortest time between two events about the progress of one operation. */
const progressMs = 1_000;

/** Whether an operation whose last such event was at `told` has another one now. */
export function isProgressDue(told: string | undefined, now: Date): boolean {
  return told === undefined || now.getTime() - Date.parse(told) >= progressMs;
}

/** Tells the user of the command, and those who manage all operations, of its progress or its end. */
export async function reportOperation(
  transaction: Transaction,
  verb: (typeof operationReports)[number],
  { id, kind, state, createdBy, total, done, refused }: Operation,
): Promise<void> {
  await recordEvent(transaction, {
    type: `operation.${verb}`,
    entityType: "operation",
    entityId: id,
    payload: { createdBy, kind, state, total, done, refused },
  });
}
