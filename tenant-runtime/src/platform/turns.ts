import { AppError } from "../errors.ts";

/** Runs at most `atOnce` pieces of work; others wait in line, at most `waiting`. */
export class Turns {
  readonly #atOnce: number;
  readonly #waiting: number;
  readonly #line: (() => void)[] = [];
  #running = 0;

  constructor({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }) {
    this.#atOnce = atOnce;
    this.#waiting = waiting;
  }

  /** What `work` gives, once it has had its turn. Throws RATE_LIMITED at once when the line is full. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      const next = this.#line.shift();
      // A turn goes to the next in line without becoming free in between.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #wait(): Promise<void> {
    if (this.#line.length >= this.#waiting)
      throw new AppError("RATE_LIMITED", { headers: { "Retry-After": "1" } });
    return new Promise((resolve) => this.#line.push(resolve));
  }
}
