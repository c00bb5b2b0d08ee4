import type { Credentials } from "../model/credentials.ts";
import type { Subject } from "../step/subject.ts";

/** The credentials that the step `secrets`, which must have run before, has found. */
export function requireCredentials({ found }: Subject): Credentials {
  if (found.credentials === undefined) throw new TypeError("Expected the step secrets to have run before.");
  return found.credentials;
}
