import { WebSocket } from "ws";
import { explainIssue } from "../../../process/files/explain-issue.ts";
import type { Log } from "../../../process/log.ts";
import { errorBody } from "../http/message/error-body.ts";
import { repeatedKey } from "../http/message/repeated-key.ts";
import { AppError, type ErrorDetail, platformErrors } from "../platform/base/errors.ts";
import { issueDetails } from "../platform/base/issue-details.ts";
import type { EventLog } from "../platform/events/event-log.ts";
import type { SequencedEvent } from "../platform/events/events.ts";
import { type ClientMessage, clientMessage, mostTopics, type ServerMessage } from "./client-message.ts";
import type { EventFeed } from "./event-feed.ts";
import { replay } from "./replay.ts";

// A reader this far behind will not catch up. It can reconnect and resume.
const longestBacklogBytes = 1024 * 1024;
/** RFC 6455, 7.4.1: the message violates the server's policy. */
const policyViolation = 1008;

/** Why a topic cannot be followed. */
export interface TopicRefusal {
  readonly code: "VALIDATION_ERROR" | "FORBIDDEN";
  readonly message: string;
}

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly requestId: string;
  readonly feed: EventFeed;
  readonly eventLog: EventLog;
  readonly log: Log;
  /** The reason why the socket's user may not follow a topic; undefined if the user may. */
  readonly refuseTopic: (topic: string) => TopicRefusal | undefined;
  /** Whether the socket's user may read this event of a topic that the user follows. */
  readonly mayHear: (event: SequencedEvent) => boolean;
  /** Whether the client may send one more message now. Counts it. */
  readonly maySend: () => boolean;
}

/** One client's socket and the topics it follows. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #topics = new Set<string>();
  /** Events up to this number are not sent again. */
  #seen = 0;
  /** The queue of the client's messages, handled one after the other. */
  #work: Promise<void> = Promise.resolve();
  #answered = true;
  /** Set when the client sent too many messages. Further ones are ignored. */
  #cutOff = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { socket, feed } = options;
    socket.on("message", (data) => {
      if (this.#mayGoOn()) this.#work = this.#work.then(() => this.#receive(String(data)));
    });
    socket.on("ping", () => this.#mayGoOn());
    socket.on("pong", () => {
      this.#answered = true;
    });
    // After a protocol error the socket closes itself, with the code of that error.
    socket.on("error", () => {});
    socket.once(
      "close",
      feed.follow((event) => this.#deliver(event)),
    );
  }

  /** Sends a ping. A socket that did not answer the last one is closed. */
  beat(): void {
    if (!this.#answered) this.#options.socket.terminate();
    else this.#options.socket.ping();
    this.#answered = false;
  }

  close(code: number, reason: string): void {
    this.#options.socket.close(code, reason);
  }

  #mayGoOn(): boolean {
    if (this.#cutOff) return false;
    if (this.#options.maySend()) return true;
    this.#cutOff = true;
    this.#send({ type: "error", ...errorBody(new AppError("RATE_LIMITED"), this.#options.requestId) });
    this.close(policyViolation, "too many messages");
    return false;
  }

  #deliver(event: SequencedEvent): void {
    if (!this.#topics.has(event.topic) || event.sequence <= this.#seen) return;
    this.#seen = event.sequence;
    if (!this.#options.mayHear(event)) return;
    if (this.#options.socket.bufferedAmount > longestBacklogBytes) this.#options.socket.terminate();
    else this.#send({ type: "event", ...event });
  }

  async #receive(text: string): Promise<void> {
    const { socket, feed, requestId } = this.#options;
    if (socket.readyState !== WebSocket.OPEN) return;
    // Data that is not read from the socket is not stored.
    socket.pause();
    try {
      await this.#apply(parse(text));
      const sequence = Math.max(this.#seen, feed.position);
      this.#send({ type: "subscribed", topics: [...this.#topics].sort(), sequence });
    } catch (error) {
      this.#send({ type: "error", ...errorBody(this.#explain(error), requestId) });
    } finally {
      socket.resume();
    }
  }

  async #apply(message: ClientMessage): Promise<void> {
    const { topics } = message;
    if (message.type === "unsubscribe") for (const topic of topics) this.#topics.delete(topic);
    else await this.#subscribe(topics, message.after);
  }

  async #subscribe(topics: readonly string[], after: number | undefined): Promise<void> {
    this.#requireAllowed(topics);
    if (new Set([...this.#topics, ...topics]).size > mostTopics)
      throw new AppError("VALIDATION_ERROR", { details: [tooManyTopics] });
    if (after === undefined) return this.#follow(topics);
    if (this.#topics.size > 0) throw new AppError("VALIDATION_ERROR", { details: [lateResume] });
    await this.#resume(topics, after);
  }

  /** Names all refused topics. One that does not exist is a fault of the message, for every user. */
  #requireAllowed(topics: readonly string[]): void {
    const refused = topics.flatMap((topic) => {
      const refusal = this.#options.refuseTopic(topic);
      return refusal === undefined ? [] : [{ topic, ...refusal }];
    });
    if (refused.length === 0) return;
    const code = refused.some((each) => each.code === "VALIDATION_ERROR") ? "VALIDATION_ERROR" : "FORBIDDEN";
    const details = refused.map(({ topic, message }) => inTopics(`${topic}: ${message}`));
    throw new AppError(code, { details });
  }

  async #resume(topics: readonly string[], after: number): Promise<void> {
    const { feed, eventLog } = this.#options;
    await replay({
      feed,
      eventLog,
      after,
      topics,
      send: (events) => this.#sendAll(events),
      live: (seen) => {
        this.#seen = seen;
        this.#follow(topics);
      },
      tooFarBehind: () => {
        this.#seen = feed.position;
        this.#follow(topics);
        this.#send({ type: "resync", topics: [...topics].sort(), sequence: this.#seen });
      },
    });
  }

  #follow(topics: readonly string[]): void {
    for (const topic of topics) this.#topics.add(topic);
  }

  async #sendAll(events: readonly SequencedEvent[]): Promise<void> {
    const heard = events.filter((event) => this.#options.mayHear(event));
    await Promise.all(heard.map((event) => this.#sent({ type: "event", ...event })));
  }

  #sent(message: ServerMessage): Promise<void> {
    return new Promise((resolve) => this.#send(message, resolve));
  }

  #send(message: ServerMessage, done: () => void = () => {}): void {
    const { socket } = this.#options;
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message), done);
    else done();
  }

  #explain(error: unknown): AppError {
    if (error instanceof AppError) return error;
    const reason = error instanceof Error ? error.message : typeof error;
    this.#options.log.error("a WebSocket message failed", { request_id: this.#options.requestId, reason });
    return new AppError("INTERNAL", { cause: error });
  }
}

function parse(text: string): ClientMessage {
  const json = jsonOf(text);
  const repeated = repeatedKey(text, "message");
  if (repeated !== undefined) throw repeated;
  const result = clientMessage.safeParse(json, { error: explainIssue });
  if (result.success) return result.data;
  throw new AppError("VALIDATION_ERROR", { details: issueDetails(result.error, "message") });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const details = [{ in: "message", field: "message", message: "write one JSON object" }] as const;
    throw new AppError(malformedMessage, { details, cause });
  }
}

/** The catalogue's text tells of the body of a request. */
const malformedMessage = { ...platformErrors.MALFORMED_JSON, message: "The message is not valid JSON." };

function inTopics(message: string): ErrorDetail {
  return { in: "message", field: "topics", message };
}

const tooManyTopics = inTopics(
  `follow at most ${mostTopics} topics on one socket: unsubscribe from some first`,
);

const lateResume: ErrorDetail = {
  in: "message",
  field: "after",
  message: "name all topics in the first subscription, with after; leave it out in those that follow",
};
