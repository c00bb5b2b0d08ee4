import { Worker } from "node:worker_threads";
import { Turns } from "../../../../../process/turns.ts";
import { AppError } from "../../base/errors.ts";
import { workerFile } from "./worker-file.ts";

/** A new password, and the words that an attacker would try first. */
export interface GuessingQuestion {
  readonly password: string;
  readonly knownWords: readonly string[];
}

export interface PasswordStrength {
  /** True if fewer than 10,000,000,000 guesses find the password: a common one, or one made of common parts. */
  readonly isWeak: boolean;
  /** The first known word in the password, in its known spelling. */
  readonly knownWord: string | undefined;
}

/** Estimates with zxcvbn how many guesses find a password. Throws LOGIN_BUSY if too many passwords wait. */
export type EstimateStrength = (question: GuessingQuestion) => Promise<PasswordStrength>;

const retryAfterSeconds = "5";

/**
 * Estimates one password at a time, each on its own short-lived thread: the list of common passwords takes 20 MB,
 * and the slowest 128 characters take half a second.
 */
export function createEstimateStrength({ waiting = 16 } = {}): EstimateStrength {
  const refusal = () => new AppError("LOGIN_BUSY", { headers: { "Retry-After": retryAfterSeconds } });
  const turns = new Turns({ atOnce: 1, line: { most: waiting, refusal } });
  return (question) => turns.take(() => askThread(question));
}

function askThread(question: GuessingQuestion): Promise<PasswordStrength> {
  const { promise, resolve, reject } = Promise.withResolvers<PasswordStrength>();
  const thread = new Worker(workerFile("guessing-worker"), {
    workerData: question,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
  });
  thread.unref();
  thread.once("message", resolve);
  thread.once("error", reject);
  thread.once("exit", () => reject(new Error("the thread that estimates passwords has ended")));
  return promise;
}
