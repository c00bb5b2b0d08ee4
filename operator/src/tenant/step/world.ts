import type { Clock } from "../../../../process/clock.ts";
import type { Postgres } from "../../clients/postgres/postgres.ts";
import type { Redis } from "../../clients/redis/redis.ts";
import type { Runtimes } from "../../clients/runtime/runtimes.ts";
import type { Vault } from "../../clients/vault/vault.ts";
import type { Cluster } from "../../kubernetes/apply/cluster.ts";
import type { Events } from "../../kubernetes/loop/events.ts";
import type { RedisRole } from "../model/redis-roles.ts";
import type { PlatformSettings } from "../model/settings.ts";

/** Everything outside that a reconcile reads or writes. `main.ts` builds it. */
export interface World {
  readonly cluster: Cluster;
  readonly events: Events;
  readonly clock: Clock;
  /** Aborted at shutdown and when the lead is lost: a reconcile then stops between two steps. */
  readonly signal: AbortSignal;
  /** This leader's number; see `beginEpoch`. */
  readonly epoch: number;
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly redis: Readonly<Record<RedisRole, Redis>>;
  /**
   * The digests of the passwords that a tenant's Redis user has, by the id of each tenant that was reconciled in this
   * term. The sweep compares them, because it reads no secrets.
   */
  readonly redisDigests: Map<string, readonly string[]>;
  readonly runtimes: Runtimes;
  /** Unpredictable bytes, as `crypto.randomBytes` gives. */
  readonly random: (length: number) => Buffer;
  readonly settings: PlatformSettings;
}
