import { WebSocket } from "ws";
import { AppError, type ErrorDetail } from "../errors.ts";
import { errorBody } from "../http/error-body.ts";
import type { Principal } from "../http/route.ts";
import type { TenantEvent } from "../platform/events.ts";
import { explainIssue } from "../platform/explain-issue.ts";
import { issueDetails } from "../platform/issue-details.ts";
import { type ClientMessage, clientMessage, type ServerMessage } from "./client-message.ts";

// A reader this far behind will not catch up; it can come back and read the resources anew.
const longestBacklogBytes = 1024 * 1024;

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly requestId: string;
  readonly principal: Principal;
  /** Whether the principal may follow a topic. */
  readonly mayFollow: (topic: string) => boolean;
}

/** One client's socket and the topics it follows. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #topics = new Set<string>();
  #answered = true;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { socket } = options;
    socket.on("message", (data) => this.#receive(String(data)));
    socket.on("pong", () => {
      this.#answered = true;
    });
    // Faults of the protocol close the socket by themselves, with the code that says which.
    socket.on("error", () => {});
  }

  deliver(topic: string, event: TenantEvent): void {
    if (!this.#topics.has(topic)) return;
    if (this.#options.socket.bufferedAmount > longestBacklogBytes) this.#options.socket.terminate();
    else this.#send({ type: "event", topic, event });
  }

  /** Asks for a sign of life; a socket that did not answer the last time is gone. */
  beat(): void {
    if (!this.#answered) this.#options.socket.terminate();
    else this.#options.socket.ping();
    this.#answered = false;
  }

  close(code: number, reason: string): void {
    this.#options.socket.close(code, reason);
  }

  #receive(text: string): void {
    try {
      this.#apply(parse(text));
      this.#send({ type: "subscribed", topics: [...this.#topics].sort() });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#send({ type: "error", ...errorBody(error, this.#options.requestId) });
    }
  }

  #apply({ type, topics }: ClientMessage): void {
    if (type === "subscribe") this.#follow(topics);
    else for (const topic of topics) this.#topics.delete(topic);
  }

  #follow(topics: readonly string[]): void {
    const refused = topics.filter((topic) => !this.#options.mayFollow(topic));
    if (refused.length > 0) throw new AppError("FORBIDDEN", { details: refused.map(forbidden) });
    for (const topic of topics) this.#topics.add(topic);
  }

  #send(message: ServerMessage): void {
    if (this.#options.socket.readyState === WebSocket.OPEN)
      this.#options.socket.send(JSON.stringify(message));
  }
}

function parse(text: string): ClientMessage {
  const result = clientMessage.safeParse(jsonOf(text), { error: explainIssue });
  if (result.success) return result.data;
  throw new AppError("VALIDATION_FAILED", { details: issueDetails(result.error, "message") });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("MALFORMED_JSON", { cause });
  }
}

function forbidden(topic: string): ErrorDetail {
  return { field: "message.topics", message: `${topic}: needs the permission ${topic}:read` };
}
