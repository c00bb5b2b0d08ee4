import { type Argon2Parameters, argon2Sync } from "node:crypto";
import { parentPort } from "node:worker_threads";

/** A worker's answer: the hash, or the reason why there is none. */
export type Argon2Answer = { readonly tag: Uint8Array } | { readonly fault: string };

// In a worker too, `crypto.argon2` would run on the threads that files and DNS need.
parentPort?.on("message", (parameters: Argon2Parameters) => parentPort?.postMessage(answer(parameters)));

function answer(parameters: Argon2Parameters): Argon2Answer {
  try {
    return { tag: argon2Sync("argon2id", parameters) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
