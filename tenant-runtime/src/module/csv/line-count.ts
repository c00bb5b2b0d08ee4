const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** Whether this byte ends a line of UTF-8, alone or as a part of CRLF. */
export function isBreak(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

/** Counts the lines of a text, byte by byte. CRLF, LF and CR each end one line, also in quotes. */
export class LineCount {
  #line = 1;
  #last: number | undefined;

  /** The line of the next byte. */
  get line(): number {
    return this.#line;
  }

  /** The last line with a byte, a break included. */
  get lastLine(): number {
    return isBreak(this.#last) ? this.#line - 1 : this.#line;
  }

  pass(byte: number): void {
    const endsReturn = byte === lineFeed && this.#last === carriageReturn;
    if (isBreak(byte) && !endsReturn) this.#line += 1;
    this.#last = byte;
  }
}
