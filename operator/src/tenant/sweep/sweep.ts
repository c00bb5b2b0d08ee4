import { sameRights, sameUser } from "../../clients/redis/acl-user.ts";
import type { Redis } from "../../clients/redis/redis.ts";
import { asStopped } from "../credentials/stopped-user.ts";
import { changedPasswords, databaseDifferences } from "../database/differences.ts";
import { observeDatabase } from "../database/observe.ts";
import { removeRetiredUsers } from "../deletion/remove-retired-users.ts";
import { redisUser } from "../desired/redis-user.ts";
import { type Blueprint, blueprint } from "../model/blueprint.ts";
import { type LoginLetter, loginLetters } from "../model/credentials.ts";
import { type Tenant, type TenantPlan, tenantPlanKind } from "../model/kinds.ts";
import { appLogin } from "../model/names.ts";
import { redisRoles } from "../model/redis-roles.ts";
import type { World } from "../step/world.ts";
import { databaseWanted } from "../steps/database.ts";
import { reportForeignObjects } from "./report-foreign-objects.ts";

type Outside = Pick<
  World,
  "cluster" | "events" | "postgres" | "redis" | "redisDigests" | "vault" | "settings"
>;

/** What a sweep found. */
export interface SweepReport {
  /** The names of the tenants that need a reconcile. */
  readonly drifted: readonly string[];
  /** The parts that could not look, and why; the others have. */
  readonly failures: readonly { readonly part: string; readonly error: unknown }[];
}

/**
 * Finds the tenants whose state outside of Kubernetes is not as wanted: what no watch tells. A few
 * catalog queries, one ACL list per Redis server, one list of Vault, however many tenants there are. What
 * does not belong into their namespaces is reported. A server that does not answer hides no drift on another.
 */
export async function sweepPlatform(tenants: readonly Tenant[], world: Outside): Promise<SweepReport> {
  const complete = settled(tenants, world);
  if (complete.length === 0) return { drifted: [], failures: [] };
  const parts: readonly Part[] = [
    ["namespaces", reportForeignObjects(tenants, world).then(() => [])],
    ["PostgreSQL", driftedDatabases(complete, world)],
    ...redisRoles.map((role): Part => [`redis-${role}`, driftedUsers(complete, world, world.redis[role])]),
    ["Vault", lostSecrets(complete, world)],
  ];
  const ends = await Promise.allSettled(parts.map(([, end]) => end));
  const drifted = new Set(ends.flatMap((end) => (end.status === "fulfilled" ? end.value : [])));
  const failures = parts.flatMap(([part], index) => {
    const end = ends[index];
    return end?.status === "rejected" ? [{ part, error: end.reason as unknown }] : [];
  });
  return { drifted: [...drifted], failures };
}

type Part = readonly [name: string, drifted: Promise<string[]>];

interface Settled {
  readonly plan: Blueprint;
  /** The app logins that the status says may log in: one, or both while credentials are replaced. */
  readonly enabledLogins: readonly LoginLetter[];
}

/** Tenants that were once complete; the others are in the queue anyway. */
function settled(tenants: readonly Tenant[], { cluster, settings }: Outside): Settled[] {
  return tenants.flatMap((tenant) => {
    const plan: TenantPlan | undefined = cluster.read(tenantPlanKind, { name: tenant.spec.plan });
    const rests =
      plan === undefined ||
      tenant.status?.id === undefined ||
      tenant.spec.paused ||
      tenant.metadata.deletionTimestamp !== undefined;
    if (rests) return [];
    const settledPlan = blueprint(tenant, plan, settings);
    return [{ plan: settledPlan, enabledLogins: reportedLogins(tenant, settledPlan) }];
  });
}

/** Without a report there was no rotation yet. */
function reportedLogins({ status }: Tenant, { names }: Blueprint): readonly LoginLetter[] {
  const logins = status?.credentials?.logins ?? [names.roles.appA];
  return loginLetters.filter((letter) => logins.includes(appLogin(names, letter)));
}

async function driftedDatabases(complete: readonly Settled[], { postgres }: Outside): Promise<string[]> {
  const observed = await observeDatabase(
    postgres,
    complete.map(({ plan }) => plan.names.id),
  );
  return named(complete, ({ plan, enabledLogins }) => {
    const found = observed.get(plan.names.id);
    if (found === undefined) return true;
    const differences = databaseDifferences(databaseWanted(plan, { enabledLogins }), found, {});
    return differences.length > 0 || changedPasswords(found).length > 0;
  });
}

/**
 * Passwords are compared by the digests that the tenant's last reconcile in this term has set; before it there are
 * two for as long as there are two logins of the database.
 */
async function driftedUsers(
  complete: readonly Settled[],
  world: Pick<World, "postgres" | "redisDigests">,
  server: Redis,
): Promise<string[]> {
  const users = new Map((await server.users()).map((user) => [user.name, user]));
  await removeRetiredUsers([...users.keys()], world, server);
  return named(complete, ({ plan: { names }, enabledLogins }) => {
    const found = users.get(names.redis.user);
    if (found === undefined) return true;
    const passwordHashes = world.redisDigests.get(names.id);
    const wanted = asStopped(redisUser(names), found);
    if (passwordHashes !== undefined) return !sameUser({ ...wanted, passwordHashes }, found);
    return found.passwordHashes.length !== enabledLogins.length || !sameRights(wanted, found);
  });
}

async function lostSecrets(complete: readonly Settled[], { vault }: Outside): Promise<string[]> {
  const known = new Set(await vault.listSecrets(""));
  return named(complete, ({ plan: { names } }) => !known.has(`${names.vault.path}/`));
}

function named(complete: readonly Settled[], isDrifted: (settled: Settled) => boolean): string[] {
  return complete.filter(isDrifted).map(({ plan }) => plan.names.tenant);
}
