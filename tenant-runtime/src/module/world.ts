import type { FirstAdmin } from "../../../contract/secret-files.ts";
import type { Clock } from "../../../process/clock.ts";
import type { Log } from "../../../process/log.ts";
import type { Licence } from "../platform/access/licence.ts";
import type { Hashing } from "../platform/access/passwords/hashing.ts";
import type { Roles } from "../platform/access/roles.ts";
import type { SessionEnds } from "../platform/access/session-ends.ts";
import type { AuthKeys } from "../platform/access/tokens.ts";
import type { Database } from "../platform/database/database.ts";
import type { Watched } from "../platform/files/watched-file.ts";
import type { Jobs } from "../platform/jobs/jobs.ts";
import type { Limiter } from "../platform/limits/limiter.ts";
import type { LoginAttempts } from "../platform/limits/login-attempts.ts";
import type { Mail } from "../platform/mail/mail-queue.ts";
import type { MailTemplates } from "../platform/mail/template.ts";
import type { Operations } from "../platform/operations/operations.ts";
import type { Outbound } from "../platform/outbound/outbound.ts";
import type { Cache } from "../platform/redis/cache.ts";
import type { State } from "../platform/redis/state.ts";
import type { Encryption } from "../platform/secrets/encryption.ts";
import type { Recorder } from "./record.ts";

/** The parts of the platform that modules may use. Each gets those that its `uses` declares. */
export interface ModuleWorld {
  readonly database: Database;
  readonly cache: Cache;
  readonly state: State;
  readonly clock: Clock;
  readonly log: Log;
  readonly limiter: Limiter;
  /** The only way to servers outside of the platform. */
  readonly outbound: Outbound;
  /** Messages to people. */
  readonly mail: Mail;
  /** The messages that modules declare. */
  readonly mailTemplates: MailTemplates;
  readonly tenant: {
    readonly id: string;
    readonly displayName: string;
    readonly country: string;
    readonly timeZone: string;
  };
  readonly encryption: Encryption;
  readonly recorder: Recorder;
  /** Long commands. */
  readonly operations: Operations;
  /** The jobs of all modules. */
  readonly jobs: Jobs;
  readonly licence: Licence;
  /** The permissions of each role, from the declarations of all modules. */
  readonly roles: Roles;
  /** The types of the events that modules record: `customer.created`. */
  readonly eventTypes: readonly string[];
  readonly hashing: Hashing;
  readonly loginAttempts: LoginAttempts;
  /** Closes the sockets of sessions that end. */
  readonly sessionEnds: SessionEnds;
  /** The lifetime of a one-time password. */
  readonly oneTimePasswordHours: number;
  readonly authKeys: Watched<AuthKeys>;
  /** Runs `release` at shutdown, after the last request and before the resources that modules use are closed. */
  readonly onShutdown: (name: string, release: () => Promise<void>) => void;
  readonly firstAdmin: Watched<FirstAdmin>;
}
