import { readSync } from "node:fs";
import { inputBounds } from "./bounds.ts";
import { InputFault } from "./input-fault.ts";

const chunkSize = 65_536;

/**
 * Reads everything from an open file, such as standard input (0).
 * @throws InputFault if it cannot be read, or exceeds the limit of an input.
 */
export function readOctets(file: number): Uint8Array {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(chunkSize);
    const read = readChunk(file, chunk);
    if (read === 0) return Buffer.concat(chunks, length);
    chunks.push(chunk.subarray(0, read));
    length += read;
    if (length > inputBounds.octets) {
      throw new InputFault(
        `expected an input of at most ${inputBounds.octets} octets; found more: give it in several runs`,
      );
    }
  }
}

function readChunk(file: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(file, chunk);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === "EOF") return 0;
      if (code === "EAGAIN") waitForInput();
      else
        throw new InputFault(
          `expected an input on standard input; found that it cannot be read (${code}): write < file or pipe it in`,
        );
    }
  }
}

/** Waits for the writer of a non-blocking pipe. */
function waitForInput(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
