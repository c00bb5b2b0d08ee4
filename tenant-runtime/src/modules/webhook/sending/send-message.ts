import { AppError } from "../../../platform/base/errors.ts";
import type { Outbound } from "../../../platform/outbound/outbound.ts";
import { attemptSeconds } from "../store/bounds.ts";
import { type SignedMessage, signatures } from "./signature.ts";

/** A message to one receiver. */
export interface Message extends SignedMessage {
  readonly url: string;
  /** The present secret, and after a rotation the one before. */
  readonly secrets: readonly string[];
}

/** The result of one attempt. */
export type Result =
  | { readonly kind: "answered"; readonly status: number; readonly retryAfterSeconds: number | undefined }
  /** No answer. `error`: a code of the platform. */
  | { readonly kind: "unanswered"; readonly error: string }
  /** The process stops. The receiver may have got the message. */
  | { readonly kind: "interrupted" };

/** The bytes of an answer that are read, so that the connection can be used again. */
const mostAnswerBytes = 16_384;

/** Sends a message once. Follows no redirect, and reads the answer only to its bound. Never throws. */
export async function sendMessage(
  outbound: Outbound,
  message: Message,
  stop: AbortSignal,
  seconds: number = attemptSeconds,
): Promise<Result> {
  const timeLimit = AbortSignal.timeout(seconds * 1_000);
  try {
    const response = await outbound.fetch(message.url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.any([timeLimit, stop]),
      headers: headersOf(message),
      body: message.body,
    });
    await drain(response.body);
    return { kind: "answered", status: response.status, retryAfterSeconds: retryAfterOf(response.headers) };
  } catch (error) {
    if (stop.aborted) return { kind: "interrupted" };
    if (timeLimit.aborted) return { kind: "unanswered", error: "TIMED_OUT" };
    return { kind: "unanswered", error: error instanceof AppError ? error.code : "INTERNAL" };
  }
}

function headersOf(message: Message): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "DotMac-Webhooks/1",
    "webhook-id": message.id,
    "webhook-timestamp": String(message.timestamp),
    "webhook-signature": signatures(message, message.secrets),
  };
}

type Body = Awaited<ReturnType<Outbound["fetch"]>>["body"];

/** Reads a short body. The connection of a longer or failing one is closed; the status is known already. */
async function drain(body: Body): Promise<void> {
  if (body === null) return;
  let left = mostAnswerBytes;
  try {
    for await (const chunk of body) {
      left -= chunk.byteLength;
      if (left < 0) break;
    }
  } catch {
    // The time limit, or a receiver that ends its answer early.
  }
}

function retryAfterOf(headers: Pick<Headers, "get">): number | undefined {
  const seconds = headers.get("retry-after");
  return seconds !== null && /^\d{1,9}$/.test(seconds) ? Number(seconds) : undefined;
}
