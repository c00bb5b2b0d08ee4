import { AppError } from "../../../platform/base/errors.ts";
import { longestAnswer } from "../store/bounds.ts";

/** The last answer of the mail server. */
export interface Answer {
  readonly reply: number;
  /** `5.1.1` (RFC 3463). */
  readonly status: string | null;
  readonly text: string;
}

/** The result of one attempt. */
export type Result =
  | { readonly kind: "sent"; readonly answer: Answer | undefined }
  /** The server knows that the address gets no mail: it is not tried again. */
  | { readonly kind: "bounced"; readonly error: string; readonly answer: Answer | undefined }
  /** The server refuses this message for good. */
  | { readonly kind: "refused"; readonly error: string; readonly answer: Answer | undefined }
  /** The server refuses this message for now. */
  | { readonly kind: "postponed"; readonly error: string; readonly answer: Answer | undefined }
  /** The fault of the server, of the way to it or of its settings. It concerns all messages. */
  | { readonly kind: "server_failed"; readonly error: string; readonly answer: Answer | undefined }
  /** The process stops. The server may have accepted the message. */
  | { readonly kind: "interrupted" };

/** An error of the SMTP client. */
interface SmtpError {
  readonly code?: string;
  readonly originalCode?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

/** The answer in a line such as `550 5.1.1 No such user`. Undefined if it has no reply code. */
export function answerOf(response: string | undefined): Answer | undefined {
  const [, reply, status] = /^(\d{3})[ -]?(?:(\d\.\d{1,3}\.\d{1,3})\b)?/.exec(response ?? "") ?? [];
  if (response === undefined || reply === undefined) return undefined;
  return { reply: Number(reply), status: status ?? null, text: shownText(response) };
}

/** A text of another server, without control characters and cut. */
export function shownText(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}\ufffd]+/gu, " ")
    .toWellFormed()
    .slice(0, longestAnswer)
    .toWellFormed();
}

/** The result of a failed attempt. */
export function failureOf(error: unknown): Exclude<Result, { readonly kind: "sent" | "interrupted" }> {
  if (error instanceof AppError) return { kind: "server_failed", error: error.code, answer: undefined };
  const failed = error as SmtpError;
  const answer = answerOf(failed.response);
  const reply = answer?.reply ?? 0;
  if (failed.command === "RCPT TO" && reply >= 400) return { ...recipientRefused(reply, answer), answer };
  if (failed.command === "DATA" && reply >= 500) return { kind: "refused", error: "MESSAGE_REFUSED", answer };
  if (failed.command === "DATA" && reply >= 400) return { kind: "postponed", error: "TRY_LATER", answer };
  return { kind: "server_failed", error: serverFault(failed), answer };
}

/**
 * 5.7.x and 530 say that the server does not want to relay for this sender (RFC 3463, RFC 4954): the settings are wrong or
 * a rule forbids it, and the address may be good. So it is neither a bounce nor the end.
 */
function recipientRefused(reply: number, answer: Answer | undefined) {
  if (reply < 500) return { kind: "postponed", error: "TRY_LATER" } as const;
  if (reply === 530 || answer?.status?.startsWith("5.7.") === true)
    return { kind: "postponed", error: "REFUSED_BY_POLICY" } as const;
  return { kind: "bounced", error: "RECIPIENT_REFUSED" } as const;
}

const certificateFault = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|EPROTO$)/;

function serverFault({ code, originalCode = "", command = "" }: SmtpError): string {
  if (originalCode === "MAIL_SERVER_SENT_TOO_MUCH") return "SERVER_UNREADABLE";
  if (code === "ETLS" || certificateFault.test(originalCode)) return "TLS_FAILED";
  if (code === "ETIMEDOUT") return "TIMED_OUT";
  if (code === "EAUTH") return "AUTHENTICATION_REFUSED";
  if (command === "MAIL FROM") return "SENDER_REFUSED";
  return code === "EPROTOCOL" ? "SERVER_UNREADABLE" : "CONNECTION_LOST";
}
