import type { Socket } from "node:net";
import type { Outbound } from "../../../platform/outbound/outbound.ts";
import { attemptSeconds, mostServerBytes } from "../store/bounds.ts";
import type { Security } from "../store/models.ts";
import { BoundedConnection } from "./bounded-connection.ts";
import type { Letter } from "./letter.ts";
import { answerOf, failureOf, type Result } from "./result.ts";

/** A mail server, with its secrets. */
export interface OpenServer {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly login: { readonly user: string; readonly password: string } | undefined;
  readonly dkim:
    | { readonly domain: string; readonly selector: string; readonly privateKey: string }
    | undefined;
  /** The name by which this client greets. */
  readonly clientName: string;
}

/** A message for the mail server. */
export interface Envelope {
  readonly letter: Letter;
  readonly from: { readonly name: string; readonly address: string };
  readonly sender: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly messageId: string;
}

/** The longest answer of the server. RFC 5321 allows 512 bytes a line. */
const longestAnswerBytes = 16_384;

/** Sends a message once, over a connection of its own, by TLS with a verified certificate. Never throws. */
export async function sendMail(
  outbound: Outbound,
  server: OpenServer,
  envelope: Envelope,
  stop: AbortSignal,
  seconds: number = attemptSeconds,
): Promise<Result> {
  const timeLimit = AbortSignal.timeout(seconds * 1_000);
  try {
    const transport = await openTransport(outbound, server);
    const signal = AbortSignal.any([timeLimit, stop]);
    const { response } = await transport.sendMail({ ...headersOf(envelope), signal });
    return { kind: "sent", answer: answerOf(response) };
  } catch (error) {
    if (stop.aborted) return { kind: "interrupted" };
    if (timeLimit.aborted) return { kind: "server_failed", error: "TIMED_OUT", answer: undefined };
    return failureOf(error);
  }
}

/** The library is loaded with the first message: most tenants send none, and an idle tenant must use few resources. */
async function openTransport(outbound: Outbound, server: OpenServer) {
  const { createTransport } = await import("nodemailer");
  const { host, port, security, login, dkim, clientName } = server;
  return createTransport({
    host,
    port,
    name: clientName,
    secure: security === "tls",
    requireTLS: true,
    tls: { minVersion: "TLSv1.2", rejectUnauthorized: true },
    forceAuth: login !== undefined,
    ...(login && { auth: { user: login.user, pass: login.password } }),
    ...(dkim && {
      dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.privateKey },
    }),
    maxResponseSize: longestAnswerBytes,
    socketCloseTimeout: 1_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket(_options, callback) {
      outbound.connect({ host, port }).then(
        (socket) => callback(null, { connection: bounded(socket) }),
        (error: Error) => callback(error, false),
      );
    },
  });
}

/** The client takes it for a socket. */
function bounded(socket: Socket): Socket {
  return new BoundedConnection(socket, mostServerBytes) as unknown as Socket;
}

function headersOf({ letter, from, sender, to, replyTo, messageId }: Envelope) {
  return {
    ...letter,
    from,
    to: { name: "", address: to },
    ...(replyTo !== null && { replyTo: { name: "", address: replyTo } }),
    envelope: { from: sender, to },
    messageId,
    // No automatic answers to a message that no person has written (RFC 3834, 5).
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
    xMailer: false as const,
  };
}
