export interface TurnsOptions {
  /** How many pieces of work run at once. */
  readonly atOnce: number;
  /** How many wait in line, and the error for work that finds it full; without it, any number waits. */
  readonly line?: { readonly most: number; readonly refusal: () => Error };
}

/** Runs a bounded number of pieces of work at once; others wait in line. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #line: (() => void)[] = [];
  #running = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** The result of `work`, once it has had its turn. @throws the refusal at once when the line is full */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#options.atOnce) this.#running += 1;
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
    const { line } = this.#options;
    if (line !== undefined && this.#line.length >= line.most) throw line.refusal();
    return new Promise((resolve) => this.#line.push(resolve));
  }
}
