import { malformed } from "./csv-refusals.ts";
import type { Lines } from "./lines.ts";

/** Checks bytes, chunk by chunk, and names the line of the first that is not UTF-8. */
export class Utf8Lines {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #lines: Lines;
  /** The number of bytes before the next chunk. */
  #position = 0;
  /** The incomplete character at the end of the last chunk. */
  #tail: Buffer = Buffer.alloc(0);
  #first = true;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** Throws MALFORMED_CSV. `lines` has the chunk already. */
  require(chunk: Buffer): void {
    if (this.#first) refuseUtf16(chunk);
    this.#first = false;
    try {
      this.#decoder.decode(chunk, { stream: true });
    } catch (cause) {
      this.#position += validLength(this.#tail, chunk);
      throw this.#refusal(cause);
    }
    this.#position += chunk.length;
    this.#tail = characterAtEnd(chunk);
  }

  /** Throws MALFORMED_CSV when the last character is not whole. */
  requireEnd(): void {
    try {
      this.#decoder.decode();
    } catch (cause) {
      throw this.#refusal(cause);
    }
  }

  #refusal(cause: unknown) {
    const line = this.#lines.at(this.#position);
    const message = `save it as UTF-8 (in Excel: "CSV UTF-8"): line ${line} has bytes of another encoding, such as Windows-1252`;
    return malformed(message, cause);
  }
}

function refuseUtf16(chunk: Buffer): void {
  const mark = chunk.subarray(0, 2).toString("hex");
  if (mark !== "fffe" && mark !== "feff") return;
  throw malformed('save it as UTF-8 (in Excel: "CSV UTF-8", not "Unicode text"): it is UTF-16');
}

/** The number of valid bytes of the chunk before the first invalid one. */
function validLength(before: Buffer, chunk: Buffer): number {
  let [valid, invalid] = [0, chunk.length];
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    if (begins(Buffer.concat([before, chunk.subarray(0, middle)]))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

/** Whether these bytes can be the beginning of UTF-8. */
function begins(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The last bytes of the chunk, from the beginning of their character. */
function characterAtEnd(chunk: Buffer): Buffer {
  const end = chunk.subarray(-3);
  const start = end.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return start < 0 ? Buffer.alloc(0) : Buffer.from(end.subarray(start));
}
