import { setTimeout as after } from "node:timers/promises";
import type { Clock } from "../../../../../process/clock.ts";
import type { Log } from "../../../../../process/log.ts";
import type { Recorder } from "../../../module/record.ts";
import type { Loop, LoopWorld } from "../../../module/work.ts";
import { AppError } from "../../../platform/base/errors.ts";
import { pauseUntilDue, retryMs } from "../../../platform/base/queue-pause.ts";
import { WokenLoop } from "../../../platform/base/woken-loop.ts";
import type { Outbound } from "../../../platform/outbound/outbound.ts";
import type { Sealer } from "../../../platform/secrets/sealer.ts";
import { sealedOf } from "../store/sealing.ts";
import { type Claimed, claimDue, type Look, lookForDue } from "./claim.ts";
import type { NoticedReason, Notify } from "./notice.ts";
import { mostAttempts } from "./retry-delays.ts";
import { type Message, type Result, sendMessage } from "./send-message.ts";
import { type Attempted, settle } from "./settle.ts";
import { tidy, trimFinished } from "./tidy.ts";

export interface DeliveryLoopOptions extends LoopWorld {
  readonly outbound: Outbound;
  readonly encryption: Sealer;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Log;
  /** Receives the result of each attempt and its duration in seconds. */
  readonly attempted: (result: Result, seconds: number) => void;
  /** Receives the reason when an endpoint is disabled. */
  readonly disabled: (reason: NoticedReason) => void;
  /** Tells the administrators of an endpoint that is disabled. */
  readonly notify: Notify;
  /** A number from 0 to 1, for the delay after a failure. */
  readonly random?: () => number;
  /** The time limit of an attempt. */
  readonly attemptSeconds?: number;
}

/** The pause of an ISP without endpoints: the first one is announced, and found again later if that was lost. */
const idleMs = 3_600_000;
const trimMs = 60_000;
const tidyMs = 6 * 3_600_000;
// After three seconds the database waits for its open transactions.
const endMs = 2_000;

/**
 * Sends due deliveries. Claims and results are short transactions, one at a time; no transaction is open while a receiver
 * is waited for. The bound on the way to each endpoint is the only bound, so a slow receiver delays no other one.
 */
export class DeliveryLoop implements Loop {
  readonly #options: DeliveryLoopOptions;
  readonly #loop = new WokenLoop(() => this.#attempt());
  readonly #stop = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #results: Attempted[] = [];
  #hasEndpoints = false;
  /** Whether results were recorded since the last trim. */
  #recorded = false;
  #trimmedAt = Number.NEGATIVE_INFINITY;
  #tidiedAt = Number.NEGATIVE_INFINITY;

  constructor(options: DeliveryLoopOptions) {
    this.#options = options;
  }

  wake(): void {
    this.#loop.wake();
  }

  wakeWithinPoll(): void {
    if (this.#hasEndpoints) this.#loop.wakeWithin(this.#options.pollMs());
  }

  /** Waits two seconds for the messages on their way. Those that are left are due again at once. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    await Promise.race([Promise.all(this.#inFlight), after(endMs, undefined, { ref: false })]);
    this.#stop.abort();
    await Promise.all(this.#inFlight);
    await this.#settleAll().catch((error: unknown) => this.#warn(error));
  }

  /** Returns the pause before the next check. */
  async #attempt(): Promise<number> {
    try {
      await this.#settleAll();
      const look = await lookForDue(this.#options.database);
      this.#hasEndpoints = look.hasEndpoints;
      if (look.dueInMs !== null && look.dueInMs <= 0) await this.#claim();
      if (look.hasEndpoints) await this.#tidy();
      return this.#pauseAfter(look);
    } catch (error) {
      this.#warn(error);
      return retryMs;
    }
  }

  async #claim(): Promise<void> {
    const claimed = await this.#options.database.transaction(claimDue);
    for (const one of claimed) {
      const sending = this.#send(one).finally(() => {
        this.#inFlight.delete(sending);
        this.#loop.wake();
      });
      this.#inFlight.add(sending);
    }
    // There may be more for the endpoints that have room.
    if (claimed.length > 0) this.#loop.wake();
  }

  async #send(claimed: Claimed): Promise<void> {
    const { clock, attempted } = this.#options;
    const began = clock.monotonic();
    const result = await this.#resultOf(claimed);
    attempted(result, (clock.monotonic() - began) / 1_000);
    this.#results.push({ claimed, result });
  }

  async #resultOf(claimed: Claimed): Promise<Result> {
    const { outbound, attemptSeconds } = this.#options;
    if (claimed.attempts > mostAttempts) return lost;
    try {
      return await sendMessage(outbound, this.#messageOf(claimed), this.#stop.signal, attemptSeconds);
    } catch (error) {
      // A secret that is sealed with a key that this pod does not have.
      this.#warn(error);
      return { kind: "unanswered", error: "INTERNAL" };
    }
  }

  #messageOf({ id, endpointId, type, occurredAt, data, ...sealed }: Claimed): Message {
    const { encryption, clock } = this.#options;
    const { open } = sealedOf(encryption, endpointId);
    const previous = open("previous_secret_sealed", sealed.previousSecretSealed);
    return {
      id,
      url: open("url_sealed", sealed.urlSealed),
      secrets: [open("secret_sealed", sealed.secretSealed), ...(previous === null ? [] : [previous])],
      timestamp: Math.floor(clock.now().getTime() / 1_000),
      body: JSON.stringify({ type, timestamp: occurredAt, data }),
    };
  }

  /** Records results, while the database can be reached. An attempt without a record counts as lost after a minute. */
  async #settleAll(): Promise<void> {
    for (let next = this.#results[0]; next !== undefined; next = this.#results[0]) {
      await this.#settle(next).catch((error: unknown) => {
        if (error instanceof AppError && error.code === "DATABASE_UNAVAILABLE") throw error;
        this.#warn(error);
      });
      this.#results.shift();
    }
  }

  async #settle(attempted: Attempted): Promise<void> {
    const { database, recorder, encryption, notify, disabled, random = Math.random } = this.#options;
    const reason = await database.transaction((transaction) =>
      settle(transaction, attempted, { recorder, encryption, notify, random }),
    );
    this.#recorded = true;
    if (reason !== undefined) disabled(reason);
  }

  async #tidy(): Promise<void> {
    const { database, clock } = this.#options;
    const now = clock.monotonic();
    if (this.#recorded && now - this.#trimmedAt > trimMs) {
      await database.transaction(trimFinished);
      this.#trimmedAt = now;
      this.#recorded = false;
    }
    if (now - this.#tidiedAt > tidyMs) {
      await database.transaction(tidy);
      this.#tidiedAt = now;
    }
  }

  #pauseAfter({ hasEndpoints, dueInMs }: Look): number {
    const longest = this.#options.pollMs();
    if (dueInMs === null) return hasEndpoints ? longest : Math.max(longest, idleMs);
    return pauseUntilDue(dueInMs, longest);
  }

  #warn(error: unknown): void {
    this.#options.log.warn("webhooks cannot be sent", { reason: (error as Error).message });
  }
}

/** The last attempt began and has no result: its pod has ended during it. */
const lost: Result = { kind: "unanswered", error: "WORKER_LOST" };
