import { randomUUID } from "node:crypto";
import type { Queries } from "../../../platform/database/database.ts";
import { endpointDisabled, mostWaiting } from "./bounds.ts";
import { testType } from "./models.ts";
import { type DeliveryRow, deliveriesTable } from "./table.ts";

const revived = `state = 'waiting', attempts = 0, claim = NULL, due_at = now(), finished_at = NULL, last_error = NULL,
  last_status = NULL, version = version + 1, updated_at = now()`;

/** Locks a delivery of this endpoint. */
export async function lockDelivery(
  queries: Queries,
  endpointId: string,
  id: string,
): Promise<DeliveryRow | undefined> {
  const row = await deliveriesTable.lock(queries, id);
  return row?.endpoint_id === endpointId ? row : undefined;
}

/** The number of further deliveries of this endpoint that may wait. */
export async function roomOf(queries: Queries, endpointId: string): Promise<number> {
  const { rows } = await queries.query<{ waiting: number }>(
    `SELECT count(*)::integer AS waiting FROM
       (SELECT FROM webhook_deliveries WHERE endpoint_id = $1 AND state = 'waiting' LIMIT $2) AS waiting`,
    [endpointId, mostWaiting],
  );
  return mostWaiting - (rows[0]?.waiting ?? 0);
}

/** Inserts a test message, and returns its id. */
export async function insertTest(queries: Queries, endpointId: string): Promise<string> {
  const id = randomUUID();
  await queries.query(
    `INSERT INTO webhook_deliveries (id, endpoint_id, type, occurred_at, data, state)
     VALUES ($1, $2, $3, now(), jsonb_build_object('endpointId', $4::text), 'waiting')`,
    [id, endpointId, testType, endpointId],
  );
  return id;
}

/** Makes an ended delivery due, with all of its attempts and the same id. */
export async function revive(queries: Queries, id: string): Promise<void> {
  await queries.query(`UPDATE webhook_deliveries SET ${revived} WHERE id = $1`, [id]);
}

/** Revives the oldest failed deliveries that ended at this time or later, at most `room`. Returns their number. */
export async function reviveFailed(
  queries: Queries,
  { endpointId, since, room }: { readonly endpointId: string; readonly since: string; readonly room: number },
): Promise<number> {
  const { rowCount } = await queries.query(
    `UPDATE webhook_deliveries SET ${revived} WHERE id IN (
       SELECT id FROM webhook_deliveries
        WHERE endpoint_id = $1 AND state = 'failed' AND finished_at >= $2 ORDER BY finished_at LIMIT $3 FOR UPDATE)`,
    [endpointId, since, room],
  );
  return rowCount;
}

/** The number of failed deliveries that ended at this time or later. */
export async function countFailed(queries: Queries, endpointId: string, since: string): Promise<number> {
  const { rows } = await queries.query<{ failed: number }>(
    `SELECT count(*)::integer AS failed FROM webhook_deliveries
      WHERE endpoint_id = $1 AND state = 'failed' AND finished_at >= $2`,
    [endpointId, since],
  );
  return rows[0]?.failed ?? 0;
}

/**
 * Ends the waiting deliveries of an endpoint that was disabled. Those on their way are left to the loop that sends them.
 */
export async function failWaiting(queries: Queries, endpointId: string): Promise<void> {
  await queries.query(
    `UPDATE webhook_deliveries SET state = 'failed', claim = NULL, finished_at = now(), last_error = $2,
       version = version + 1, updated_at = now()
      WHERE endpoint_id = $1 AND state = 'waiting' AND (claim IS NULL OR due_at <= now())`,
    [endpointId, endpointDisabled],
  );
}

/** Deletes the deliveries of an endpoint that is deleted. */
export async function deleteDeliveries(queries: Queries, endpointId: string): Promise<void> {
  await queries.query("DELETE FROM webhook_deliveries WHERE endpoint_id = $1", [endpointId]);
}
