import { type Argon2Parameters, argon2Sync } from "node:crypto";
import { parentPort } from "node:worker_threads";

/** What a worker answers: the hash, or why there is none. */
export type Argon2Answer = { readonly tag: Uint8Array } | { readonly fault: string };

// `crypto.argon2` would run on the threads that files and DNS need, in a worker too.
parentPort?.on("message", (parameters: Argon2Parameters) => parentPort?.postMessage(answer(parameters)));

function answer(parameters: Argon2Parameters): Argon2Answer {
  try {
    return { tag: argon2Sync("argon2id", parameters) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
