import type { z } from "zod";
import { explainIssue } from "../../../../process/files/explain-issue.ts";
import { AppError, type ErrorDetail } from "../../platform/base/errors.ts";
import { issueDetails } from "../../platform/base/issue-details.ts";
import type { Transaction } from "../../platform/database/database.ts";
import { noMark } from "../../platform/database/idempotency.ts";
import { rehearsal } from "../../platform/database/savepoint.ts";
import type { Command } from "../../platform/events/command.ts";
import type { LineResult, Operation, Progress } from "../../platform/operations/operation.ts";
import type { OperationWorker } from "../../platform/operations/operation-handler.ts";
import type { Operations } from "../../platform/operations/operations.ts";
import { objectOf } from "../csv/columns.ts";
import type { CsvRow } from "../csv/read-csv.ts";
import type { Item } from "./collection.ts";

/** Describes how the rows of a table become resources of a module. */
export interface Importing<Schema extends z.ZodType> {
  /** `customers.import` */
  readonly kind: string;
  /** The licence's module, which must permit writing. */
  readonly licensed: string | undefined;
  readonly operations: Operations;
  /** The schema of one row: the body of the operation that creates one resource. */
  readonly body: Schema;
  /** The id of the existing resource that a row describes. Such a row changes nothing. */
  existing?(transaction: Transaction, row: z.output<Schema>): Promise<string | undefined>;
  create(row: z.output<Schema>, command: Command): Promise<Item>;
}

/**
 * Creates the stored rows of a table, each separately. A refused row does not stop the others, and the report gives the
 * reason. Up to a hundred share one transaction with the operation's progress, so that each is created once.
 */
export function importing<Schema extends z.ZodType>(importing: Importing<Schema>): OperationWorker {
  const { kind, licensed, operations } = importing;
  return {
    kind,
    licensed,
    async step(transaction, operation): Promise<Progress> {
      const { columns, parts } = operation.input as { columns: string[]; parts: number };
      const rows = (await operations.takePart(transaction, operation)) as CsvRow[];
      const all = (within: Transaction) =>
        eachRow(importing, { transaction: within, operation, columns }, rows);
      const results = await (operation.dryRun ? rehearsal(transaction, all) : all(transaction));
      await operations.addResults(transaction, operation, results);
      const next = operation.position + 1;
      return {
        done: rows.length,
        refused: results.filter(({ outcome }) => outcome === "refused").length,
        next: next < parts ? next : undefined,
      };
    },
  };
}

interface Place {
  readonly transaction: Transaction;
  readonly operation: Operation;
  readonly columns: readonly string[];
}

async function eachRow<Schema extends z.ZodType>(
  importing: Importing<Schema>,
  place: Place,
  rows: readonly CsvRow[],
): Promise<LineResult[]> {
  const results: LineResult[] = [];
  for (const [line, cells] of rows) results.push({ line, ...(await resultOf(importing, place, cells)) });
  return results;
}

async function resultOf<Schema extends z.ZodType>(
  { body, existing, create }: Importing<Schema>,
  { transaction, operation, columns }: Place,
  cells: readonly string[],
): Promise<Omit<LineResult, "line">> {
  const parsed = body.safeParse(objectOf(columns, cells), { error: explainIssue });
  if (!parsed.success) return refused(issueDetails(parsed.error, "body"));
  const found = await existing?.(transaction, parsed.data);
  if (found !== undefined) return { outcome: "exists", resource: found, faults: [] };
  try {
    const { id } = await create(parsed.data, commandOf(operation, transaction));
    return operation.dryRun
      ? { outcome: "valid", resource: null, faults: [] }
      : { outcome: "created", resource: id, faults: [] };
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    return refused(error.details.length > 0 ? error.details : [{ field: "row", message: error.message }]);
  }
}

function refused(details: readonly ErrorDetail[]): Omit<LineResult, "line"> {
  const faults = details.map(({ field, message }) => ({ field, message }));
  return { outcome: "refused", resource: null, faults };
}

function commandOf({ createdBy, requestId }: Operation, within: Transaction): Command {
  return { actor: { id: createdBy, requestId }, expected: undefined, mark: noMark, within };
}
