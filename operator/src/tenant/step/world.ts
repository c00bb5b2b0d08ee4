import type { Clock } from "../../../../process/clock.ts";
import type { Postgres } from "../../clients/postgres/postgres.ts";
import type { Redis } from "../../clients/redis/redis.ts";
import type { Runtimes } from "../../clients/runtime/runtimes.ts";
import type { Vault } from "../../clients/vault/vault.ts";
import type { Cluster } from "../../kubernetes/apply/cluster.ts";
import type { Events } from "../../kubernetes/loop/events.ts";
import type { RedisRole } from "../model/redis-roles.ts";
import type { PlatformSettings } from "../model/settings.ts";

/** All systems outside of the process that a reconcile reads or writes. `run-operator.ts` creates it. */
export interface World {
  readonly cluster: Cluster;
  readonly events: Events;
  readonly clock: Clock;
  /** Aborted at shutdown and when the lease is lost. A reconcile then stops between two steps. */
  readonly signal: AbortSignal;
  /** This leader's epoch; see `beginEpoch`. */
  readonly epoch: number;
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly redis: Readonly<Record<RedisRole, Redis>>;
  readonly runtimes: Runtimes;
  /** Returns unpredictable bytes, as `crypto.randomBytes`. */
  readonly random: (length: number) => Buffer;
  readonly settings: PlatformSettings;
}
