import type { Queries } from "../../../platform/database/database.ts";
import { endpointDisabled, keptDays, mostFinished } from "../store/bounds.ts";

/** The rows that one statement removes. The rest follows at the next time. */
const batch = 5_000;

/** Removes the ended deliveries of each endpoint beyond the newest. */
export async function trimFinished(queries: Queries): Promise<void> {
  await queries.query(
    `DELETE FROM webhook_deliveries WHERE id IN (
       SELECT surplus.id FROM webhook_endpoints AS endpoint CROSS JOIN LATERAL (
         SELECT id FROM webhook_deliveries WHERE endpoint_id = endpoint.id AND state <> 'waiting'
          ORDER BY finished_at DESC OFFSET $1 LIMIT $2) AS surplus)`,
    [mostFinished, batch],
  );
}

/**
 * Removes old deliveries and those of deleted endpoints, and ends those that an interrupted attempt left at a disabled
 * endpoint.
 */
export async function tidy(queries: Queries): Promise<void> {
  await queries.query(
    `DELETE FROM webhook_deliveries WHERE id IN (
       SELECT id FROM webhook_deliveries AS delivery
        WHERE finished_at < now() - make_interval(days => $1)
           OR NOT EXISTS (SELECT FROM webhook_endpoints WHERE id = delivery.endpoint_id)
        LIMIT $2)`,
    [keptDays, batch],
  );
  await queries.query(
    `UPDATE webhook_deliveries AS delivery SET state = 'failed', claim = NULL, finished_at = now(), last_error = $1,
       version = delivery.version + 1, updated_at = now()
      FROM webhook_endpoints AS endpoint
     WHERE endpoint.id = delivery.endpoint_id AND NOT endpoint.enabled
       AND delivery.state = 'waiting' AND delivery.due_at <= now()`,
    [endpointDisabled],
  );
}
