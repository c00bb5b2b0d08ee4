import type { Credentials } from "../model/names/credentials.ts";
import { finding } from "../step/findings.ts";
import type { Kept } from "./create-once.ts";

/** The tenant's credentials as they are in Vault. */
export const credentialsFound = finding<Kept<Credentials>>("credentials", "SecretsReady");
