import type { FirstAdmin } from "../../../contract/secret-files.ts";
import type { Clock } from "../../../process/clock.ts";
import type { Log } from "../../../process/log.ts";
import type { Hashing } from "../platform/access/hashing.ts";
import type { Roles } from "../platform/access/roles.ts";
import type { AuthKeys } from "../platform/access/tokens.ts";
import type { Database } from "../platform/database/database.ts";
import type { Watched } from "../platform/files/watched-file.ts";
import type { Limiter } from "../platform/limits/limiter.ts";
import type { LoginAttempts } from "../platform/limits/login-attempts.ts";
import type { Outbound } from "../platform/outbound/outbound.ts";
import type { Cache } from "../platform/redis/cache.ts";
import type { State } from "../platform/redis/state.ts";
import type { Encryption } from "../platform/secrets/encryption.ts";
import type { Recorder } from "./record.ts";

/** Everything that the modules are made of. */
export interface ModuleWorld {
  readonly database: Database;
  readonly cache: Cache;
  readonly state: State;
  readonly clock: Clock;
  readonly log: Log;
  readonly limiter: Limiter;
  /** The only way to what is outside of the platform. */
  readonly outbound: Outbound;
  readonly tenant: { readonly id: string; readonly displayName: string; readonly country: string };
  readonly encryption: Encryption;
  readonly recorder: Recorder;
  /** What each role may do, by what all modules declare. */
  readonly roles: Roles;
  readonly hashing: Hashing;
  readonly loginAttempts: LoginAttempts;
  /** How long a one-time password works. */
  readonly oneTimePasswordHours: number;
  readonly authKeys: Watched<AuthKeys>;
  /** Runs `release` when the process shuts down, after the last request and before what the modules use is closed. */
  readonly onShutdown: (name: string, release: () => Promise<void>) => void;
  readonly firstAdmin: Watched<FirstAdmin>;
}
