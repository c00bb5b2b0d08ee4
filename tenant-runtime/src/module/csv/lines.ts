import { isBreak, LineCount } from "./line-count.ts";

/**
 * Finds the line of a position in a text that arrives in chunks, for positions in ascending order. The parser's own
 * count takes a CRLF in quotes for two lines.
 */
export class Lines {
  readonly #count = new LineCount();
  /** The chunks with bytes that are not counted yet. */
  readonly #chunks: Buffer[] = [];
  #position = 0;
  /** The number of counted bytes of the first chunk. */
  #counted = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  /** The line of the last byte before this position. */
  before(position: number): number {
    while (this.#position < position && this.#pass());
    return this.#count.lastLine;
  }

  /** The line of the byte at this position. */
  at(position: number): number {
    this.before(position);
    return this.#count.line;
  }

  /** The line of the first byte from this position on that is no line break. */
  from(position: number): number {
    this.before(position);
    while (isBreak(this.#next()) && this.#pass());
    return this.#count.line;
  }

  #next(): number | undefined {
    return this.#chunks[0]?.[this.#counted];
  }

  /** Counts one byte. False when no other has arrived. */
  #pass(): boolean {
    const [chunk] = this.#chunks;
    if (chunk === undefined) return false;
    this.#count.pass(chunk[this.#counted] as number);
    this.#counted += 1;
    this.#position += 1;
    if (this.#counted < chunk.length) return true;
    this.#chunks.shift();
    this.#counted = 0;
    return true;
  }
}
