import { setTimeout as after } from "node:timers/promises";
import type { Clock } from "../../../../../process/clock.ts";
import type { Log } from "../../../../../process/log.ts";
import type { Recorder } from "../../../module/record.ts";
import type { Loop, LoopWorld } from "../../../module/work.ts";
import { AppError } from "../../../platform/base/errors.ts";
import { pauseUntilDue, retryMs } from "../../../platform/base/queue-pause.ts";
import { WokenLoop } from "../../../platform/base/woken-loop.ts";
import type { MailTemplates } from "../../../platform/mail/template.ts";
import type { Outbound } from "../../../platform/outbound/outbound.ts";
import type { Encryption } from "../../../platform/secrets/encryption.ts";
import type { ServerRow } from "../store/table.ts";
import { type Claimed, claimDue, type Look, lookForDue } from "./claim.ts";
import { composeMail } from "./compose-mail.ts";
import type { Result } from "./result.ts";
import { mostAttempts } from "./retry-delays.ts";
import { sendMail } from "./send-mail.ts";
import { type Attempted, settle } from "./settle.ts";
import { endOverdue, removeOld } from "./tidy.ts";

export interface MailLoopOptions extends LoopWorld {
  readonly outbound: Outbound;
  readonly encryption: Encryption;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Log;
  readonly tenant: { readonly displayName: string };
  readonly mailTemplates: MailTemplates;
  /** Receives the result of each attempt and its duration in seconds. */
  readonly attempted: (result: Result, seconds: number) => void;
  /** A number from 0 to 1, for the delays after failures. */
  readonly random?: () => number;
  /** The time limit of an attempt. */
  readonly attemptSeconds?: number;
}

/** The pause of an ISP whose queue is empty: a new message is announced, and found again later if that was lost. */
const idleMs = 3_600_000;
const tidyMs = 3_600_000;
// After three seconds the database waits for its open transactions.
const endMs = 2_000;

/**
 * Sends due messages. Claims and results are short transactions, one at a time; no transaction is open while the mail
 * server is waited for.
 */
export class MailLoop implements Loop {
  readonly #options: MailLoopOptions;
  readonly #loop = new WokenLoop(() => this.#attempt());
  readonly #stop = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #results: Attempted[] = [];
  #hasWaiting = false;
  #tidiedAt = Number.NEGATIVE_INFINITY;

  constructor(options: MailLoopOptions) {
    this.#options = options;
  }

  wake(): void {
    this.#loop.wake();
  }

  wakeWithinPoll(): void {
    if (this.#hasWaiting) this.#loop.wakeWithin(this.#options.pollMs());
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
      this.#hasWaiting = look.hasWaiting;
      if (look.dueInMs !== null && look.dueInMs <= 0) await this.#claim();
      if (look.hasMessages) await this.#tidy();
      return this.#pauseAfter(look);
    } catch (error) {
      this.#warn(error);
      return retryMs;
    }
  }

  async #claim(): Promise<void> {
    const claim = await this.#options.database.transaction(claimDue);
    if (claim === undefined) return;
    for (const message of claim.messages) {
      const sending = this.#send(claim.server, message).finally(() => {
        this.#inFlight.delete(sending);
        this.#loop.wake();
      });
      this.#inFlight.add(sending);
    }
  }

  async #send(server: ServerRow, claimed: Claimed): Promise<void> {
    const { clock, attempted } = this.#options;
    const began = clock.monotonic();
    const result = await this.#resultOf(server, claimed);
    attempted(result, (clock.monotonic() - began) / 1_000);
    this.#results.push({ claimed, server, result });
  }

  async #resultOf(server: ServerRow, claimed: Claimed): Promise<Result> {
    const { outbound, attemptSeconds } = this.#options;
    if (claimed.attempts > mostAttempts) return failed("WORKER_LOST");
    try {
      const composed = composeMail(this.#options, server, claimed);
      return await sendMail(outbound, composed.server, composed.envelope, this.#stop.signal, attemptSeconds);
    } catch (error) {
      // A template of another version, or a secret that is sealed with a key that this pod does not have.
      this.#warn(error);
      return failed("INTERNAL");
    }
  }

  /** Records results, while the database can be reached. An attempt without a record counts as lost after two minutes. */
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
    const { database, recorder, encryption, random = Math.random } = this.#options;
    await database.transaction((transaction) =>
      settle(transaction, attempted, { recorder, encryption, random }),
    );
  }

  async #tidy(): Promise<void> {
    const { database, clock } = this.#options;
    const now = clock.monotonic();
    if (now - this.#tidiedAt < tidyMs) return;
    this.#tidiedAt = now;
    await database.transaction(endOverdue);
    await database.transaction(removeOld);
  }

  #pauseAfter({ hasWaiting, dueInMs }: Look): number {
    const longest = this.#options.pollMs();
    if (dueInMs === null) return hasWaiting ? longest : Math.max(longest, idleMs);
    return pauseUntilDue(dueInMs, longest);
  }

  #warn(error: unknown): void {
    this.#options.log.warn("messages cannot be sent", { reason: (error as Error).message });
  }
}

/** The attempt was not made, or its pod has ended during the last one. A later version may send the message. */
function failed(error: string): Result {
  return { kind: "postponed", error, answer: undefined };
}
