import * as column from "../../../module/table/column.ts";
import { defineTable } from "../../../module/table/table.ts";
import type { MailLanguage } from "../../../platform/mail/languages.ts";
import type { MessageState, Security, SuppressionReason } from "./models.ts";

export const serversTable = defineTable("mail_servers", {
  id: column.uuid(),
  revision: column.uuid(),
  host: column.text(),
  port: column.integer(),
  security: column.text<Security>(),
  user_sealed: column.nullable(column.bytes()),
  password_sealed: column.nullable(column.bytes()),
  from_name: column.nullable(column.text()),
  from_sealed: column.bytes(),
  from_domain: column.text(),
  reply_to_sealed: column.nullable(column.bytes()),
  bounces_to_sealed: column.nullable(column.bytes()),
  language: column.text<MailLanguage>(),
  dkim_domain: column.nullable(column.text()),
  dkim_selector: column.nullable(column.text()),
  dkim_key_sealed: column.nullable(column.bytes()),
  failing_since: column.nullable(column.instant()),
  failures: column.integer(),
  last_error: column.nullable(column.text()),
  paused_until: column.nullable(column.instant()),
  version: column.kept(column.bigint()),
  created_at: column.kept(column.instant()),
  updated_at: column.kept(column.instant()),
});

export type ServerRow = column.RowOf<typeof serversTable.columns>;

export const messagesTable = defineTable("mail_messages", {
  id: column.uuid(),
  template: column.text(),
  language: column.nullable(column.text<MailLanguage>()),
  recipient_sealed: column.bytes(),
  recipient_exact: column.hash(),
  values_sealed: column.unread(column.nullable(column.bytes())),
  reason_type: column.text(),
  reason_entity: column.text(),
  state: column.text<MessageState>(),
  attempts: column.integer(),
  due_at: column.instant(),
  claim: column.nullable(column.uuid()),
  last_attempt_at: column.nullable(column.instant()),
  last_error: column.nullable(column.text()),
  last_reply: column.nullable(column.integer()),
  last_status: column.nullable(column.text()),
  answer_sealed: column.nullable(column.bytes()),
  message_id: column.nullable(column.text()),
  finished_at: column.nullable(column.instant()),
  version: column.kept(column.bigint()),
  created_at: column.kept(column.instant()),
  updated_at: column.kept(column.instant()),
});

export type MessageRow = column.RowOf<typeof messagesTable.columns>;

export const suppressionsTable = defineTable("mail_suppressions", {
  id: column.uuid(),
  address_sealed: column.bytes(),
  address_exact: column.hash(),
  reason: column.text<SuppressionReason>(),
  message: column.nullable(column.uuid()),
  version: column.kept(column.bigint()),
  created_at: column.kept(column.instant()),
  updated_at: column.kept(column.instant()),
});

export type SuppressionRow = column.RowOf<typeof suppressionsTable.columns>;
