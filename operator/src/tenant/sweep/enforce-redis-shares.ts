import { redisCommands } from "../../../../contract/redis-access.ts";
import type { Milliseconds } from "../../../../process/clock.ts";
import { knownNetworks, longestSessionSeconds } from "../../../../process/state-keys.ts";
import { concernsServer } from "../../clients/redis/errors.ts";
import type { KeyUsage } from "../../clients/redis/measure-keys.ts";
import { namesOf } from "../model/blueprint.ts";
import type { Tenant } from "../model/kinds.ts";
import { namePatterns, type TenantNames } from "../model/names/names.ts";
import { type RedisRole, redisRoles } from "../model/redis-roles.ts";
import type { RedisShare } from "../model/settings.ts";
import { withoutStoring } from "../resources/redis-users/redis-user.ts";
import { isStopped } from "../resources/redis-users/stopped-user.ts";
import type { World } from "../step/world.ts";

type Outside = Pick<World, "redis" | "events" | "clock" | "settings" | "signal">;

/** The findings of a turn on one server, for the log and metrics. */
export interface RedisShareReport {
  readonly role: RedisRole;
  /** Bytes of the largest tenant. */
  readonly most: number;
  /** Tenants that may store nothing for now. */
  readonly over: number;
  /** The actions taken, in words. */
  readonly changes: readonly string[];
  /** The tenants that may store less or more than before. */
  readonly changed: readonly string[];
}

/** A server, or one tenant's keys on it, could not be measured. The next turn tries again. */
export interface RedisShareFailure {
  readonly role: RedisRole;
  /** Absent when the failure concerns all tenants. */
  readonly tenant?: string;
  readonly error: unknown;
}

/**
 * The findings and the failures of a turn. A failure on one server or for one tenant does not end the turn for the
 * others.
 */
export interface RedisSharesReport {
  readonly reports: readonly RedisShareReport[];
  readonly failures: readonly RedisShareFailure[];
}

/** Checks whether each tenant is within its share of both Redis servers. */
export type EnforceRedisShares = (tenants: readonly Tenant[], world: Outside) => Promise<RedisSharesReport>;

/** The part of its share at which a tenant gets a warning, and below which a stopped tenant may store again. */
const nearly = 0.8;
/** No runtime keeps a key longer, except the known networks of accounts. Doubled for newer images. */
const longestOfRuntime: Milliseconds = 2 * longestSessionSeconds * 1_000;
/** The part of the share for those known networks. No runtime writes more of them. */
const mostKnownNetworks = 0.5;
/** Interval without growth. It detects keys that come while others go. */
const measureAtLeastEvery: Milliseconds = 300_000;
/** Interval while a server is nearly full, or while a tenant exceeds its share. */
const measureSoonEvery: Milliseconds = 10_000;

interface Measured {
  readonly at: Milliseconds;
  readonly usedMemory: number;
  /** Whether a tenant exceeds its share, or could not be measured. */
  readonly isUneasy: boolean;
}

/** Keeps the last measurement, so that the decision to measure again costs one INFO. */
export function createRedisSharesEnforcer(): EnforceRedisShares {
  const last = new Map<RedisRole, Measured>();
  const turn = async (
    role: RedisRole,
    tenants: readonly Tenant[],
    world: Outside,
  ): Promise<RedisSharesReport> => {
    const memory = await world.redis[role].memory();
    const share = world.settings.redisShares[role];
    if (!isDue(last.get(role), memory, share, world.clock.monotonic())) return quiet;
    const { report, failures } = await enforceOnServer(role, tenants, world);
    const isUneasy = report.over > 0 || failures.length > 0;
    last.set(role, { at: world.clock.monotonic(), usedMemory: memory.used, isUneasy });
    return { reports: [report], failures };
  };
  return async (tenants, world) => {
    const turns = await Promise.all(
      redisRoles.map((role) =>
        turn(role, tenants, world).catch((error: unknown) => ({ reports: [], failures: [{ role, error }] })),
      ),
    );
    return {
      reports: turns.flatMap(({ reports }) => reports),
      failures: turns.flatMap(({ failures }) => failures),
    };
  };
}

const quiet: RedisSharesReport = { reports: [], failures: [] };

function isDue(
  last: Measured | undefined,
  { used, most }: { used: number; most: number },
  share: RedisShare,
  now: Milliseconds,
): boolean {
  if (last === undefined) return true;
  const isTight = last.isUneasy || (most > 0 && used > nearly * most);
  const hasGrown = used - last.usedMemory > share.bytes / 4;
  return hasGrown || now - last.at > (isTight ? measureSoonEvery : measureAtLeastEvery);
}

interface ServerTurn {
  readonly report: RedisShareReport;
  readonly failures: readonly RedisShareFailure[];
}

async function enforceOnServer(
  role: RedisRole,
  tenants: readonly Tenant[],
  world: Outside,
): Promise<ServerTurn> {
  const server = world.redis[role];
  const usage = await server.measureKeys(ownerOf, world.signal);
  const most = [...usage.values()].reduce((largest, { bytes }) => Math.max(largest, bytes), 0);
  // An incomplete list must not change any tenant's rights.
  if (world.signal.aborted)
    return { report: { role, most: 0, over: 0, changes: [], changed: [] }, failures: [] };
  const users = new Map((await server.users()).map((user) => [user.name, user]));
  const changes: string[] = [];
  const changed: string[] = [];
  const failures: RedisShareFailure[] = [];
  let over = 0;
  for (const tenant of tenants) {
    const names = namesOf(tenant);
    const user = users.get(names.redis.user);
    if (user === undefined || tenant.metadata.deletionTimestamp !== undefined) continue;
    const found = { role, tenant, names, usage: usage.get(names.id) ?? none, world };
    const wasStopped = isStopped(user);
    try {
      const change = await enforceForTenant(found, wasStopped);
      if (change.isOver) over += 1;
      if (change.isOver !== wasStopped) changed.push(tenant.metadata.name);
      changes.push(...change.done);
    } catch (error) {
      if (concernsServer(error)) throw error;
      failures.push({ role, tenant: tenant.metadata.name, error });
    }
  }
  return { report: { role, most, over, changes, changed }, failures };
}

const none: KeyUsage = { keys: 0, bytes: 0 };

interface Found {
  readonly role: RedisRole;
  readonly tenant: Tenant;
  readonly names: TenantNames;
  readonly usage: KeyUsage;
  readonly world: Outside;
}

async function enforceForTenant(
  found: Found,
  wasStopped: boolean,
): Promise<{ isOver: boolean; done: string[] }> {
  const { role, names, world } = found;
  const server = world.redis[role];
  const part = partOf(found.usage, world.settings.redisShares[role]);
  if (part > 1) {
    if (!wasStopped) await server.setCommands(names.redis.user, withoutStoring);
    const removed = await removeSurplus(found);
    tell(found, "Warning", "RedisShareExceeded", `${exceeded(found)} ${advice(role)}`);
    return { isOver: true, done: [`${names.tenant} is over its share: ${removed} of its keys were removed`] };
  }
  if (wasStopped && part <= nearly) {
    await server.setCommands(names.redis.user, redisCommands);
    tell(
      found,
      "Normal",
      "RedisShareKept",
      `The tenant keeps to its share of redis-${role} again and may store.`,
    );
    return { isOver: false, done: [`${names.tenant} may store again`] };
  }
  if (part > nearly && !wasStopped) {
    tell(found, "Warning", "RedisShareNearlyUsed", `${exceeded(found)} Beyond it, it can store nothing.`);
  }
  return { isOver: wasStopped, done: [] };
}

/** Removes all keys of the cache. Of the state it removes only keys that no runtime writes. The rest expires. */
async function removeSurplus(found: Found): Promise<number> {
  const { role, names, world } = found;
  const server = world.redis[role];
  if (role === "cache") return server.deleteKeys(names.redis.prefix);
  const isKnown = isKnownNetworks(names);
  const usage = await server.measureKeys((key) => (isKnown(key) ? names.id : undefined), world.signal);
  const keepsKnown =
    partOf(usage.get(names.id) ?? none, world.settings.redisShares[role]) <= mostKnownNetworks;
  const longestOf = (key: Buffer) =>
    keepsKnown && isKnown(key) ? knownNetworks.seconds * 1_000 : longestOfRuntime;
  return server.removeLasting(names.redis.prefix, longestOf, world.signal);
}

function isKnownNetworks({ redis }: TenantNames): (key: Buffer) => boolean {
  const prefix = Buffer.from(`${redis.prefix}${knownNetworks.prefix}`);
  return (key) => key.subarray(0, prefix.length).equals(prefix);
}

function partOf({ keys, bytes }: KeyUsage, share: RedisShare): number {
  return Math.max(bytes / share.bytes, keys / share.keys);
}

function tell({ tenant, world }: Found, type: "Normal" | "Warning", reason: string, note: string): void {
  world.events.publish({ regarding: tenant, type, reason, action: "Measure", note });
}

function exceeded({ role, usage, world }: Found): string {
  const share = world.settings.redisShares[role];
  const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  return (
    `The tenant keeps ${usage.keys} keys with ${mebibytes(usage.bytes)} in redis-${role}; ` +
    `its share is ${share.keys} keys and ${mebibytes(share.bytes)}.`
  );
}

function advice(role: RedisRole): string {
  const means =
    role === "cache"
      ? "Its cached answers were removed, and it caches nothing until then."
      : "Until then its users cannot log in; sessions go on. Keys that no runtime keeps for so long were removed.";
  return (
    `It may store nothing until it keeps less than ${nearly * 100} %. ${means} ` +
    "Find out what writes so much, or raise config.redisShares in the operator's values."
  );
}

const ofTenant = new RegExp(namePatterns.redisKey);

/** The id of the tenant that owns the key. */
function ownerOf(key: Buffer): string | undefined {
  return ofTenant.exec(key.subarray(0, 16).toString("latin1"))?.[1];
}
