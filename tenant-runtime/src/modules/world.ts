import type { Limiter } from "../http/limiter.ts";
import type { Cache } from "../platform/cache.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/database.ts";
import type { Encryption } from "../platform/encryption.ts";
import type { Hashing } from "../platform/hashing.ts";
import type { Log } from "../platform/log.ts";
import type { LoginAttempts } from "../platform/login-attempts.ts";
import type { Outbound } from "../platform/outbound.ts";
import type { State } from "../platform/state.ts";
import type { AuthKeys } from "../platform/tokens.ts";
import type { Watched } from "../platform/watched-file.ts";
import type { AdministratorAccount } from "./identity/first-administrator.ts";

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
  readonly hashing: Hashing;
  readonly loginAttempts: LoginAttempts;
  /** How long a one-time password works. */
  readonly oneTimePasswordHours: number;
  readonly authKeys: Watched<AuthKeys>;
  /** Runs `release` when the process shuts down, after the last request and before what the modules use is closed. */
  readonly onShutdown: (name: string, release: () => Promise<void>) => void;
  readonly firstAdmin: Watched<AdministratorAccount>;
}
