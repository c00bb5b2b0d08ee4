import { defineEntity } from "../../../module/entity.ts";
import type { MailLanguage } from "../../../platform/mail/languages.ts";

export const mailServer = defineEntity({
  type: "mail_server",
  topic: { name: "mail-server", read: "mail:manage" },
  events: ["created", "updated", "deleted"],
  audited: ["test_sent"],
});

export const mailMessage = defineEntity({
  type: "mail_message",
  topic: { name: "mail-messages", read: "mail:read" },
  events: ["bounced"],
});

export const mailSuppression = defineEntity({
  type: "mail_suppression",
  topic: { name: "mail-suppressions", read: "mail:read" },
  events: ["created", "deleted"],
});

/** `tls`: from the first byte, usually on port 465. `starttls`: required before anything else, usually on port 587. */
export const securities = ["tls", "starttls"] as const;

export type Security = (typeof securities)[number];

/** The settings of the mail server, without its secrets. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  /** Null for a server that asks for no login. */
  readonly user: string | null;
  /** Null for the display name of the ISP. */
  readonly fromName: string | null;
  readonly fromAddress: string;
  readonly replyTo: string | null;
  /** The address that gets bounces. */
  readonly bouncesTo: string | null;
  /** The language of messages to readers whose language is not known. */
  readonly language: MailLanguage;
  readonly dkim: { readonly domain: string; readonly selector: string } | null;
}

/** The mail server of the ISP. Its secrets are not part of it. */
export interface MailServer extends ServerSettings {
  readonly id: string;
  /** The first failure of the server since its last success. */
  readonly failingSince: string | null;
  readonly lastError: string | null;
  /** Until then nothing is sent. */
  readonly pausedUntil: string | null;
  /** Instants in UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: string;
}

export const messageStates = ["waiting", "sent", "failed", "suppressed", "bounced"] as const;

export type MessageState = (typeof messageStates)[number];

/** One message to one reader. */
export interface MailMessage {
  readonly id: string;
  readonly template: string;
  readonly language: MailLanguage | null;
  readonly recipient: string;
  readonly reason: { readonly type: string; readonly entity: string };
  readonly state: MessageState;
  readonly attempts: number;
  readonly lastError: string | null;
  /** The last answer of the mail server, or the report of a bounce. */
  readonly lastReply: number | null;
  readonly lastStatus: string | null;
  readonly answer: string | null;
  readonly messageId: string | null;
  readonly createdAt: string;
  readonly lastAttemptAt: string | null;
  /** Null unless it waits. */
  readonly nextAttemptAt: string | null;
  readonly finishedAt: string | null;
  readonly version: string;
}

export const suppressionReasons = ["bounced", "administrator"] as const;

export type SuppressionReason = (typeof suppressionReasons)[number];

/** An address to which nothing is sent. */
export interface Suppression {
  readonly id: string;
  readonly address: string;
  readonly reason: SuppressionReason;
  /** The message that bounced. */
  readonly messageId: string | null;
  readonly createdAt: string;
  readonly version: string;
}
