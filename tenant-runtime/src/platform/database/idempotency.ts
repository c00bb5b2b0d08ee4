import { randomUUID } from "node:crypto";
import { AppError, type ErrorKind, type ErrorOptions } from "../base/errors.ts";
import type { Database, Transaction } from "./database.ts";

/** One attempt to run a command under the caller's key. */
export interface Attempt {
  readonly userId: string;
  readonly key: string;
  /** Identifies the operation and all of its input. A key stands for one request only. */
  readonly fingerprint: string;
}

/** Seals the contents of a request and its response, because both may be personal data. */
export interface AttemptSealer {
  seal(plaintext: Buffer, place: string): Buffer;
  open(sealed: Buffer, place: string): Buffer;
}

interface Claim extends Attempt {
  readonly claim: string;
}

interface Row {
  readonly state: "running" | "committed" | "answered";
  readonly fingerprint: Buffer;
  readonly response: Buffer | null;
  readonly stale: boolean;
}

/** A refusal, stored as the answer when the command had already recorded something. */
interface Refusal {
  readonly refused: Pick<ErrorOptions, "details" | "headers"> &
    Pick<ErrorKind, "code" | "message"> & { readonly status?: number };
}

/** Uses up a key within the transaction of its change. */
export type Mark = (transaction: Transaction) => Promise<void>;

/** The mark of a request without a key. */
export const noMark: Mark = async () => {};

/**
 * Runs a command at most once per key, even after a crash. The transaction of the command also marks the key, so
 * that both exist or neither. A failed request that did not mark its key leaves it unused.
 */
export class Idempotency {
  readonly #database: Database;
  readonly #sealer: AttemptSealer;

  constructor(database: Database, sealer: AttemptSealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  /**
   * Returns the stored answer for this key, or runs `carryOut` and stores its answer for a day, unless the answer
   * is a secret (`keep`). A refusal (4xx) after the key was marked is stored and thrown again like an answer.
   * Throws IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_USE or IDEMPOTENCY_RESPONSE_LOST.
   */
  async once<Answer>(
    attempt: Attempt,
    carryOut: (mark: Mark) => Promise<Answer>,
    { keep = true }: { readonly keep?: boolean } = {},
  ): Promise<{ answer: Answer; replayed: boolean }> {
    const claim: Claim = { ...attempt, claim: randomUUID() };
    const found = await this.#claim(claim);
    if (found !== undefined) return { answer: answerOf<Answer>(found), replayed: true };
    const answer = await carryOut((transaction) => mark(transaction, claim)).catch(async (error: unknown) => {
      const kept = isRefusal(error) && (await this.#keepRefusal(claim, error));
      if (!kept) await this.#giveUp(claim);
      throw error;
    });
    // The change has been made, so an answer that cannot be stored is still returned.
    await this.#keep(claim, keep ? Buffer.from(JSON.stringify(answer)) : undefined).catch(() => {});
    return { answer, replayed: false };
  }

  /** Whether a request under this key has made its change, so that a repetition needs only its digest. */
  async hasCommitted({ userId, key }: Pick<Attempt, "userId" | "key">): Promise<boolean> {
    const { rowCount } = await this.#database.transaction((transaction) =>
      transaction.query(
        `SELECT 1 FROM idempotency_keys WHERE user_id = $1 AND key = $2 AND state <> 'running'
            AND created_at >= now() - interval '24 hours'`,
        [userId, key],
      ),
    );
    return rowCount === 1;
  }

  async #claim(claim: Claim): Promise<Buffer | undefined> {
    return this.#database.transaction(async (transaction) => {
      await transaction.query(
        "DELETE FROM idempotency_keys WHERE user_id = $1 AND created_at < now() - interval '24 hours'",
        [claim.userId],
      );
      const sealed = this.#sealer.seal(Buffer.from(claim.fingerprint), placeOf(claim, "fingerprint"));
      const { rowCount } = await transaction.query(
        `INSERT INTO idempotency_keys (user_id, key, claim, fingerprint, state)
         VALUES ($1, $2, $3, $4, 'running') ON CONFLICT DO NOTHING`,
        [claim.userId, claim.key, claim.claim, sealed],
      );
      return rowCount === 1 ? undefined : this.#meet(transaction, claim);
    });
  }

  /** The stored result of another request with this key. */
  async #meet(transaction: Transaction, claim: Claim): Promise<Buffer | undefined> {
    const { rows } = await transaction.query<Row>(
      `SELECT state, fingerprint, response, created_at < now() - interval '2 minutes' AS stale
         FROM idempotency_keys WHERE user_id = $1 AND key = $2 FOR UPDATE`,
      [claim.userId, claim.key],
    );
    const [row] = rows;
    if (row === undefined) throw new AppError("IDEMPOTENCY_KEY_IN_USE");
    const fingerprint = this.#sealer.open(row.fingerprint, placeOf(claim, "fingerprint")).toString("utf8");
    if (fingerprint !== claim.fingerprint) throw new AppError("IDEMPOTENCY_KEY_REUSED");
    if (row.response !== null) return this.#sealer.open(row.response, placeOf(claim, "response"));
    if (row.state === "answered") throw new AppError("IDEMPOTENCY_RESPONSE_LOST");
    if (!row.stale) throw new AppError("IDEMPOTENCY_KEY_IN_USE", { headers: { "Retry-After": "1" } });
    if (row.state === "committed") throw new AppError("IDEMPOTENCY_RESPONSE_LOST");
    await transaction.query(
      "UPDATE idempotency_keys SET claim = $3, created_at = now() WHERE user_id = $1 AND key = $2",
      [claim.userId, claim.key, claim.claim],
    );
    return undefined;
  }

  /** A key without a stored answer is used up, and a repeated request learns that the answer was not stored. */
  async #keep(claim: Claim, answer: Buffer | undefined): Promise<void> {
    const sealed = answer && this.#sealer.seal(answer, placeOf(claim, "response"));
    await this.#database.transaction((transaction) =>
      transaction.query(
        `UPDATE idempotency_keys SET state = 'answered', response = $4
          WHERE user_id = $1 AND key = $2 AND claim = $3`,
        [claim.userId, claim.key, claim.claim, sealed ?? null],
      ),
    );
  }

  /** Stores a refusal. False if the command has not marked its key, or if the refusal cannot be stored. */
  async #keepRefusal(claim: Claim, { code, status, message, details, headers }: AppError): Promise<boolean> {
    const refusal: Refusal = { refused: { code, status, message, details, headers } };
    const sealed = this.#sealer.seal(Buffer.from(JSON.stringify(refusal)), placeOf(claim, "response"));
    const kept = this.#database.transaction((transaction) =>
      transaction.query(
        `UPDATE idempotency_keys SET state = 'answered', response = $4
          WHERE user_id = $1 AND key = $2 AND claim = $3 AND state = 'committed'`,
        [claim.userId, claim.key, claim.claim, sealed],
      ),
    );
    return kept.then(
      ({ rowCount }) => rowCount === 1,
      () => false,
    );
  }

  /**
   * Cleans up after a failure. If the command changed nothing, removes the row, so that it may be tried again under
   * its key. If it changed something, stores an empty answer, so that repetitions do not wait for one.
   */
  async #giveUp(claim: Claim): Promise<void> {
    const owned = "user_id = $1 AND key = $2 AND claim = $3";
    const key = [claim.userId, claim.key, claim.claim];
    const given = this.#database.transaction(async (transaction) => {
      await transaction.query(`DELETE FROM idempotency_keys WHERE ${owned} AND state = 'running'`, key);
      await transaction.query(
        `UPDATE idempotency_keys SET state = 'answered' WHERE ${owned} AND state = 'committed'`,
        key,
      );
    });
    await given.catch(() => {});
  }
}

/** Whether a repeated request would get the same refusal. "Too many requests" is not such a refusal. */
function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && error.status < 500 && error.code !== "RATE_LIMITED";
}

function answerOf<Answer>(kept: Buffer): Answer {
  const answer = JSON.parse(kept.toString("utf8")) as Answer | Refusal;
  if (typeof answer !== "object" || answer === null || !("refused" in answer)) return answer as Answer;
  const { code, status, message, details = [], headers } = answer.refused;
  // An older image stored only the code.
  if (status === undefined) throw new AppError("IDEMPOTENCY_RESPONSE_LOST");
  throw new AppError(
    { code, status, message },
    { details, headers: { ...headers, "Idempotency-Replayed": "true" } },
  );
}

/**
 * A request may run several commands. Fails the command's transaction if another attempt has taken over the key
 * meanwhile.
 */
async function mark(transaction: Transaction, claim: Claim): Promise<void> {
  const { rowCount } = await transaction.query(
    `UPDATE idempotency_keys SET state = 'committed'
      WHERE user_id = $1 AND key = $2 AND claim = $3 AND state IN ('running', 'committed')`,
    [claim.userId, claim.key, claim.claim],
  );
  if (rowCount !== 1) throw new AppError("IDEMPOTENCY_KEY_IN_USE");
}

function placeOf({ userId, key }: Attempt, column: string): string {
  return `idempotency_keys:${userId}:${key}:${column}`;
}
