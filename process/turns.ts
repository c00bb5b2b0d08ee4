export interface TurnsOptions {
  /** Number of tasks that run at once. */
  readonly atOnce: number;
  /** Limit of waiting tasks, and the error for one more. Without it, any number waits. */
  readonly line?: { readonly most: number; readonly refusal: () => Error };
}

/** Runs a bounded number of tasks at once. The others wait in line. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #line: (() => void)[] = [];
  #running = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Runs `work` in its turn and returns its result. @throws the refusal at once when the line is full */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#options.atOnce) this.#running += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      const next = this.#line.shift();
      // A turn passes to the next in line without becoming free in between.
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
