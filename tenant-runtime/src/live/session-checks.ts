import type { Authenticate } from "../platform/access/authentication.ts";
import { AppError } from "../platform/base/errors.ts";

/** Asks whether the sessions behind access tokens go on: each once, a few at the same time. */
export class SessionChecks {
  readonly #authenticate: Authenticate;
  readonly #atOnce: number;
  #ended: ReadonlySet<string> = new Set();
  #running = false;

  constructor(authenticate: Authenticate, atOnce: number) {
    this.#authenticate = authenticate;
    this.#atOnce = atOnce;
  }

  /** Whether the last round has found that this token opens nothing any more. */
  hasEnded(token: string): boolean {
    return this.#ended.has(token);
  }

  /** Asks for all of these. A round that is still under way goes on alone. */
  async run(tokens: readonly string[]): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const ended = new Set<string>();
    const left = [...new Set(tokens)];
    const work = async () => {
      for (let token = left.pop(); token !== undefined; token = left.pop()) {
        if (await this.#isOver(token)) ended.add(token);
      }
    };
    await Promise.all(Array.from({ length: this.#atOnce }, work));
    this.#ended = ended;
    this.#running = false;
  }

  /** Only a clear no ends a socket: that sessions cannot be asked does not. */
  async #isOver(token: string): Promise<boolean> {
    try {
      await this.#authenticate(token, { safe: true });
      return false;
    } catch (error) {
      return error instanceof AppError && error.status === 401;
    }
  }
}
