import type { Credentials } from "../model/names/credentials.ts";
import type { Subject } from "../step/subject.ts";

/** Returns the credentials that the step `secrets` has found. That step must have run before. */
export function requireCredentials({ found }: Subject): Credentials {
  if (found.credentials === undefined) throw new TypeError("Expected the step secrets to have run before.");
  return found.credentials;
}
