import type { Authenticate } from "../platform/access/authentication.ts";
import { AppError } from "../platform/base/errors.ts";

/** Checks whether the sessions of access tokens continue: a few at the same time. */
export class SessionChecks {
  readonly #authenticate: Authenticate;
  readonly #atOnce: number;
  #running = false;

  constructor(authenticate: Authenticate, atOnce: number) {
    this.#authenticate = authenticate;
    this.#atOnce = atOnce;
  }

  /** The tokens whose session has ended; none while an earlier round is in progress. */
  async round(tokens: readonly string[]): Promise<ReadonlySet<string>> {
    if (this.#running) return new Set();
    this.#running = true;
    try {
      return await this.endedOf(tokens);
    } finally {
      this.#running = false;
    }
  }

  /** The tokens whose session has ended, each checked once. */
  async endedOf(tokens: readonly string[]): Promise<ReadonlySet<string>> {
    const ended = new Set<string>();
    const left = [...new Set(tokens)];
    const work = async () => {
      for (let token = left.pop(); token !== undefined; token = left.pop()) {
        if (await this.#isOver(token)) ended.add(token);
      }
    };
    await Promise.all(Array.from({ length: this.#atOnce }, work));
    return ended;
  }

  /** Only a definite negative answer ends a socket. A failed check does not. */
  async #isOver(token: string): Promise<boolean> {
    try {
      await this.#authenticate(token, { safe: true });
      return false;
    } catch (error) {
      return error instanceof AppError && error.status === 401;
    }
  }
}
