import * as column from "../../../module/table/column.ts";
import { defineTable } from "../../../module/table/table.ts";
import type { DeliveryState, DisabledReason } from "./models.ts";

export const endpointsTable = defineTable("webhook_endpoints", {
  id: column.uuid(),
  url_sealed: column.bytes(),
  description: column.nullable(column.text()),
  events: column.nullable(column.texts()),
  enabled: column.flag(),
  disabled_at: column.nullable(column.instant()),
  disabled_reason: column.nullable(column.text<DisabledReason>()),
  failing_since: column.nullable(column.instant()),
  secret_sealed: column.bytes(),
  previous_secret_sealed: column.nullable(column.bytes()),
  previous_secret_until: column.nullable(column.instant()),
  version: column.kept(column.bigint()),
  created_at: column.kept(column.instant()),
  updated_at: column.kept(column.instant()),
});

export type EndpointRow = column.RowOf<typeof endpointsTable.columns>;

export const deliveriesTable = defineTable("webhook_deliveries", {
  id: column.uuid(),
  endpoint_id: column.uuid(),
  event_id: column.nullable(column.uuid()),
  type: column.text(),
  occurred_at: column.instant(),
  data: column.json<Readonly<Record<string, unknown>>>(),
  state: column.text<DeliveryState>(),
  attempts: column.integer(),
  due_at: column.instant(),
  claim: column.nullable(column.uuid()),
  last_attempt_at: column.nullable(column.instant()),
  last_status: column.nullable(column.integer()),
  last_error: column.nullable(column.text()),
  finished_at: column.nullable(column.instant()),
  version: column.kept(column.bigint()),
  created_at: column.kept(column.instant()),
  updated_at: column.kept(column.instant()),
});

export type DeliveryRow = column.RowOf<typeof deliveriesTable.columns>;
