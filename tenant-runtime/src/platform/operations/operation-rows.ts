import { AppError } from "../base/errors.ts";
import type { Queries } from "../database/database.ts";
import {
  keptDays,
  type LineResult,
  mostKept,
  mostUnderWay,
  type Operation,
  type OperationError,
  type OperationState,
  operationErrors,
  type Progress,
} from "./operation.ts";

export type Ended = Extract<Operation["state"], "succeeded" | "failed" | "cancelled">;

const selection = `id, kind, state, created_by AS "createdBy", request_id AS "requestId", dry_run AS "dryRun", input,
  position, total, done, refused, error, created_at AS "createdAt", finished_at AS "finishedAt",
  expires_at AS "expiresAt"`;

/** Inserts an operation that receives its input. Throws OPERATION_LIMIT_REACHED. */
export async function insertOperation(
  queries: Queries,
  { id, kind, createdBy, requestId }: Pick<Operation, "id" | "kind" | "createdBy" | "requestId">,
): Promise<void> {
  // One at a time, so that the bounds hold exactly.
  await queries.query("LOCK TABLE operations IN SHARE ROW EXCLUSIVE MODE");
  await removeSurplus(queries);
  const { rows } = await queries.query<{ count: number }>(
    "SELECT count(*)::integer AS count FROM operations WHERE finished_at IS NULL",
  );
  if ((rows[0]?.count ?? 0) >= mostUnderWay) throw new AppError(operationErrors.OPERATION_LIMIT_REACHED);
  await queries.query(
    `INSERT INTO operations (id, kind, state, created_by, request_id, expires_at)
     VALUES ($1, $2, 'receiving', $3, $4, now() + make_interval(days => $5))`,
    [id, kind, createdBy, requestId ?? null, keptDays],
  );
}

async function removeSurplus(queries: Queries): Promise<void> {
  await queries.query(
    `DELETE FROM operations WHERE id IN
       (SELECT id FROM operations WHERE finished_at IS NOT NULL ORDER BY finished_at DESC OFFSET $1)`,
    [mostKept],
  );
}

/** An operation whose input has arrived. */
export async function findOperation(queries: Queries, id: string): Promise<Operation | undefined> {
  return one(queries, `SELECT ${selection} FROM operations WHERE id = $1 AND state <> 'receiving'`, [id]);
}

/** The same, locked until the transaction ends. */
export async function lockOperation(queries: Queries, id: string): Promise<Operation | undefined> {
  const text = `SELECT ${selection} FROM operations WHERE id = $1 AND state <> 'receiving' FOR UPDATE`;
  return one(queries, text, [id]);
}

/** The position of an operation in their list: its beginning, in UTC with microseconds, and its id. */
export interface OperationPlace {
  readonly createdAt: string;
  readonly id: string;
}

/** The restrictions of a list of operations. */
export interface OperationQuery {
  /** Only operations of this user. */
  readonly createdBy?: string | undefined;
  readonly states?: readonly OperationState[] | undefined;
  /** Only operations after this position. */
  readonly after?: OperationPlace | undefined;
  readonly limit: number;
}

/** Operations whose input has arrived, the newest first, each with its place. */
export async function listOperations(
  queries: Queries,
  { createdBy, states, after, limit }: OperationQuery,
): Promise<readonly (Operation & { readonly place: string })[]> {
  const { rows } = await queries.query<Operation & { readonly place: string }>(
    `SELECT ${selection}, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place
       FROM operations
      WHERE state <> 'receiving' AND ($1::text IS NULL OR created_by = $1) AND ($2::text[] IS NULL OR state = ANY($2))
        AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
      ORDER BY created_at DESC, id DESC LIMIT $5`,
    [createdBy ?? null, states ?? null, after?.createdAt ?? null, after?.id ?? null, limit],
  );
  return rows.map((row) => ({ ...row, requestId: row.requestId ?? undefined }));
}

async function one(
  queries: Queries,
  text: string,
  values: readonly unknown[],
): Promise<Operation | undefined> {
  const { rows } = await queries.query<Operation>(text, values);
  const [row] = rows;
  return row && { ...row, requestId: row.requestId ?? undefined };
}

/** Ends the receiving state. The operation is created at its acceptance. False if the operation no longer exists. */
export async function startOperation(
  queries: Queries,
  id: string,
  { input, total, dryRun }: Pick<Operation, "input" | "total" | "dryRun">,
): Promise<boolean> {
  const { rowCount } = await queries.query(
    `UPDATE operations SET state = 'waiting', created_at = now(), input = $2, total = $3, dry_run = $4
      WHERE id = $1 AND state = 'receiving'`,
    [id, JSON.stringify(input), total, dryRun],
  );
  return rowCount === 1;
}

/** Returns the operation afterwards, and the time of the transaction. */
export async function advanceOperation(
  queries: Queries,
  id: string,
  progress: Progress,
): Promise<{ readonly operation: Operation; readonly at: Date }> {
  const { rows } = await queries.query<Operation & { readonly at: Date }>(
    `UPDATE operations SET state = 'running', done = done + $2, refused = refused + $3,
       position = coalesce($4, position)
      WHERE id = $1 RETURNING ${selection}, now() AS at`,
    [id, progress.done, progress.refused, progress.next ?? null],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`expected the operation ${id}, which this transaction has locked`);
  const { at, ...operation } = row;
  return { operation: { ...operation, requestId: operation.requestId ?? undefined }, at };
}

/** Ends an operation and removes its remaining parts. Returns it; undefined if it no longer exists. */
export async function endOperation(
  queries: Queries,
  id: string,
  state: Ended,
  error: OperationError | null = null,
): Promise<Operation | undefined> {
  const ended = await one(
    queries,
    `UPDATE operations SET state = $2, error = $3, finished_at = now(),
       expires_at = now() + make_interval(days => $4)
      WHERE id = $1 RETURNING ${selection}`,
    [id, state, error && JSON.stringify(error), keptDays],
  );
  await queries.query("DELETE FROM operation_parts WHERE operation_id = $1", [id]);
  return ended;
}

/** Removes an operation whose input has not arrived. */
export async function removeUnreceived(queries: Queries, id: string): Promise<void> {
  await queries.query("DELETE FROM operations WHERE id = $1 AND state = 'receiving'", [id]);
}

export async function removeExpired(queries: Queries): Promise<void> {
  await queries.query("DELETE FROM operations WHERE expires_at <= now()");
}

/** Inserts parts, the first of them at this position. */
export async function insertParts(
  queries: Queries,
  id: string,
  position: number,
  sealed: readonly Buffer[],
): Promise<void> {
  await queries.query(
    `INSERT INTO operation_parts (operation_id, position, sealed)
     SELECT $1, $2 + number - 1, sealed FROM unnest($3::bytea[]) WITH ORDINALITY AS part (sealed, number)`,
    [id, position, sealed],
  );
}

/** Removes a part from the list and returns it. Throws when it is absent. */
export async function takePart(queries: Queries, id: string, position: number): Promise<Buffer> {
  const { rows } = await queries.query<{ sealed: Buffer }>(
    "DELETE FROM operation_parts WHERE operation_id = $1 AND position = $2 RETURNING sealed",
    [id, position],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`the operation ${id} has no part ${position}`);
  return row.sealed;
}

export async function insertResults(
  queries: Queries,
  id: string,
  results: readonly LineResult[],
): Promise<void> {
  const rows = results.flatMap(({ line, outcome, resource, faults }) =>
    (faults.length > 0 ? faults : [{ field: null, message: null }]).map(({ field, message }, number) => ({
      line,
      number,
      outcome,
      resource,
      field,
      message,
    })),
  );
  await queries.query(
    `INSERT INTO operation_results (operation_id, line, number, outcome, resource, field, message)
     SELECT $1, line, number, outcome, resource, field, message
       FROM jsonb_to_recordset($2) AS row
            (line integer, number integer, outcome text, resource text, field text, message text)`,
    [id, JSON.stringify(rows)],
  );
}

/** A row of the report. */
export interface ReportRow {
  readonly line: number;
  readonly number: number;
  readonly outcome: LineResult["outcome"];
  readonly resource: string | null;
  readonly field: string | null;
  readonly message: string | null;
}

/** The next rows of the report after these, by line. */
export async function findResults(
  queries: Queries,
  id: string,
  after: Pick<ReportRow, "line" | "number">,
  limit: number,
): Promise<readonly ReportRow[]> {
  const { rows } = await queries.query<ReportRow>(
    `SELECT line, number, outcome, resource, field, message FROM operation_results
      WHERE operation_id = $1 AND (line, number) > ($2, $3) ORDER BY line, number LIMIT $4`,
    [id, after.line, after.number, limit],
  );
  return rows;
}
