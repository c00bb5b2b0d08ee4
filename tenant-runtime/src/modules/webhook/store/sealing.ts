import { sealedColumns } from "../../../module/table/sealed-columns.ts";
import type { Sealer } from "../../../platform/secrets/sealer.ts";
import type { Delivery, EndpointDetails, WebhookEndpoint } from "./models.ts";
import type { DeliveryRow, EndpointRow } from "./table.ts";

/** The sealed columns of an endpoint. */
export function sealedOf(sealer: Sealer, id: string) {
  return sealedColumns(sealer, "webhook_endpoints", id);
}

/** The columns of the details that an administrator writes, without those about the disabling. */
export function sealDetails(sealer: Sealer, id: string, { url, description, events }: EndpointDetails) {
  return { url_sealed: sealedOf(sealer, id).seal("url_sealed", url), description, events };
}

/** The endpoint in a row, without its secrets. */
export function openEndpoint(sealer: Sealer, row: EndpointRow): WebhookEndpoint {
  return {
    id: row.id,
    url: sealedOf(sealer, row.id).open("url_sealed", row.url_sealed),
    description: row.description,
    events: row.events,
    enabled: row.enabled,
    disabledReason: row.disabled_reason,
    disabledAt: row.disabled_at,
    failingSince: row.failing_since,
    previousSecretUntil: row.previous_secret_until,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

/** The delivery in a row. */
export function openDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    eventId: row.event_id,
    eventType: row.type,
    state: row.state,
    attempts: row.attempts,
    lastStatus: row.last_status,
    lastError: row.last_error,
    payload: { type: row.type, timestamp: row.occurred_at, data: row.data },
    createdAt: row.created_at,
    lastAttemptAt: row.last_attempt_at,
    nextAttemptAt: row.state === "waiting" ? row.due_at : null,
    finishedAt: row.finished_at,
    version: row.version,
  };
}
