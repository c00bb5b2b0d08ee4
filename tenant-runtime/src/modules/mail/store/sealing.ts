import { sealedColumns } from "../../../module/table/sealed-columns.ts";
import type { Sealer } from "../../../platform/secrets/sealer.ts";
import type { MailMessage, MailServer, Suppression } from "./models.ts";
import type { MessageRow, ServerRow, SuppressionRow } from "./table.ts";

/** The sealed columns of the mail server. */
export function sealedServer(sealer: Sealer, id: string) {
  return sealedColumns(sealer, "mail_servers", id);
}

/** The sealed columns of a message. */
export function sealedMessage(sealer: Sealer, id: string) {
  return sealedColumns(sealer, "mail_messages", id);
}

/** The sealed columns of a suppressed address. */
export function sealedSuppression(sealer: Sealer, id: string) {
  return sealedColumns(sealer, "mail_suppressions", id);
}

/** The mail server in a row, without its secrets. */
export function openServer(sealer: Sealer, row: ServerRow): MailServer {
  const { open } = sealedServer(sealer, row.id);
  const { dkim_domain: domain, dkim_selector: selector } = row;
  return {
    id: row.id,
    host: row.host,
    port: row.port,
    security: row.security,
    user: open("user_sealed", row.user_sealed),
    fromName: row.from_name,
    fromAddress: open("from_sealed", row.from_sealed),
    replyTo: open("reply_to_sealed", row.reply_to_sealed),
    bouncesTo: open("bounces_to_sealed", row.bounces_to_sealed),
    language: row.language,
    dkim: domain === null || selector === null ? null : { domain, selector },
    failingSince: row.failing_since,
    lastError: row.last_error,
    pausedUntil: row.paused_until,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

/** The message in a row, without its values. */
export function openMessage(sealer: Sealer, row: MessageRow): MailMessage {
  const { open } = sealedMessage(sealer, row.id);
  return {
    id: row.id,
    template: row.template,
    language: row.language,
    recipient: open("recipient_sealed", row.recipient_sealed),
    reason: { type: row.reason_type, entity: row.reason_entity },
    state: row.state,
    attempts: row.attempts,
    lastError: row.last_error,
    lastReply: row.last_reply,
    lastStatus: row.last_status,
    answer: open("answer_sealed", row.answer_sealed),
    messageId: row.message_id,
    createdAt: row.created_at,
    lastAttemptAt: row.last_attempt_at,
    nextAttemptAt: row.state === "waiting" ? row.due_at : null,
    finishedAt: row.finished_at,
    version: row.version,
  };
}

/** The suppressed address in a row. */
export function openSuppression(sealer: Sealer, row: SuppressionRow): Suppression {
  return {
    id: row.id,
    address: sealedSuppression(sealer, row.id).open("address_sealed", row.address_sealed),
    reason: row.reason,
    messageId: row.message,
    createdAt: row.created_at,
    version: row.version,
  };
}
