import type { DerivedRows } from "../../../platform/events/outbox.ts";
import { backlogFull, mostFinished, mostWaiting } from "./bounds.ts";

/**
 * A delivery for each enabled endpoint that wants the event; an endpoint gets no events about itself. While too many wait, a
 * delivery is recorded as failed, and while too many of those are recorded, none is.
 */
export const derivedDeliveries: DerivedRows = {
  name: "webhook_deliveries",
  when: `EXISTS (SELECT FROM webhook_endpoints AS endpoint
    WHERE endpoint.enabled AND (endpoint.events IS NULL OR outbox_events.type = ANY (endpoint.events)))`,
  insert: `
    INSERT INTO webhook_deliveries (id, endpoint_id, event_id, type, occurred_at, data, state, last_error, finished_at)
    SELECT gen_random_uuid(), endpoint.id, event.id, event.type, event.occurred_at,
           jsonb_build_object('eventId', event.id, 'details', event.payload,
             'entity', jsonb_build_object('type', event.entity_type, 'id', event.entity_id)),
           CASE WHEN backlog.reached THEN 'failed' ELSE 'waiting' END,
           CASE WHEN backlog.reached THEN '${backlogFull}' END,
           CASE WHEN backlog.reached THEN now() END
      FROM event
      JOIN webhook_endpoints AS endpoint
        ON endpoint.enabled AND (endpoint.events IS NULL OR event.type = ANY (endpoint.events))
       AND endpoint.id::text <> event.entity_id
     CROSS JOIN LATERAL (
       SELECT count(*) >= ${mostWaiting} AS reached FROM (
         SELECT FROM webhook_deliveries WHERE endpoint_id = endpoint.id AND state = 'waiting' LIMIT ${mostWaiting}
       ) AS waiting
     ) AS backlog
     WHERE NOT backlog.reached OR ${mostFinished} > (SELECT count(*) FROM (
       SELECT FROM webhook_deliveries
        WHERE endpoint_id = endpoint.id AND last_error = '${backlogFull}' LIMIT ${mostFinished}
     ) AS left_out)`,
};
