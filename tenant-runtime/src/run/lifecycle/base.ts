import type { TimerClock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";
import type { Config } from "../../platform/files/config.ts";
import type { CredentialsInUse } from "../../platform/files/credentials-in-use.ts";
import type { Secrets } from "../../platform/files/secrets.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Releasers } from "./releasers.ts";

/** The common base of all phases, created before the first. */
export interface Base {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly credentials: CredentialsInUse;
  /** PEM of the platform's current CA, read at each connection. */
  readonly ca: () => string;
  readonly log: Log;
  readonly clock: TimerClock;
  readonly releasers: Releasers;
  readonly dependencies: Dependencies;
  /** Aborted if a shutdown must not wait until callers notice it. */
  readonly hurry: AbortSignal;
}
