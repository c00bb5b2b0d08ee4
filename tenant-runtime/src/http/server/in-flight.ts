import type { ServerResponse } from "node:http";
import type { RequestHandler } from "express";

/** Counts the requests without an answer, so that a shutdown can wait for them. */
export class InFlight {
  readonly #responses = new Set<ServerResponse>();
  #draining = false;
  #emptied: () => void = () => {};

  get size(): number {
    return this.#responses.size;
  }

  /** Counts requests. While draining, it also asks every caller to open its next connection to another pod. */
  readonly track: RequestHandler = (_request, response, next) => {
    if (this.#draining) response.setHeader("Connection", "close");
    this.#responses.add(response);
    response.once("close", () => {
      this.#responses.delete(response);
      if (this.#responses.size === 0) this.#emptied();
    });
    next();
  };

  /** From now on every response closes its connection, including those of requests in progress. */
  drain(): void {
    this.#draining = true;
    for (const response of this.#responses) {
      if (!response.headersSent) response.setHeader("Connection", "close");
    }
  }

  /** Resolves with the number of open requests: zero, or those that remain after `graceMs`. */
  async idle(graceMs: number): Promise<number> {
    if (this.#responses.size > 0) await this.#emptyOrLate(graceMs);
    return this.#responses.size;
  }

  #emptyOrLate(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#emptied = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
