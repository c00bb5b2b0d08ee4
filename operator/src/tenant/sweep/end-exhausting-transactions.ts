import { exhaustsUncommitted, observeBounds, observeUncommitted } from "../database/bounds.ts";
import { endSessionsOf } from "../database/sessions/end-sessions.ts";
import type { Tenant } from "../model/kinds.ts";
import { allLogins, tenantNames } from "../model/names/names.ts";
import { boundsOf, type Outside } from "./enforce-database-shares.ts";

/** The part of a tenant's storage from which files of open transactions are compared with it. */
const counted = 0.1;

/**
 * Ends all sessions of each tenant whose open transactions would exhaust its storage, and returns these tenants. PostgreSQL
 * then deletes the files. All sessions, because files of several may be taken for those of one. It is apart from the other
 * bounds, because many files and locks make it slow. Call it every few seconds.
 */
export async function endExhaustingTransactions(
  tenants: readonly Tenant[],
  world: Outside,
): Promise<readonly string[]> {
  const { postgres, epoch } = world;
  const uncommitted = await observeUncommitted(postgres);
  const bounded = tenants
    .flatMap((tenant) => boundsOf(tenant, world))
    .filter(({ desired }) => (uncommitted.get(desired.id) ?? 0) > desired.storage * counted);
  if (bounded.length === 0) return [];
  const observed = await observeBounds(
    postgres,
    bounded.map(({ desired }) => desired),
  );
  const ended = bounded.filter(({ desired }) => {
    const found = observed.find(({ id }) => id === desired.id);
    return found !== undefined && exhaustsUncommitted(desired, found, uncommitted.get(desired.id) ?? 0);
  });
  for (const { desired } of ended)
    await endSessionsOf(postgres, epoch, allLogins(tenantNames("", desired.id)));
  return ended.map(({ tenant }) => tenant);
}
