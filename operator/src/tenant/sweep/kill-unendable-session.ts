import { observeMultixacts } from "../database/multixacts.ts";
import type { createUnendableWatch } from "../database/sessions/kill-unendable.ts";
import { namesOf } from "../model/blueprint.ts";
import { type Tenant, tenantKind } from "../model/kinds.ts";
import { allLogins } from "../model/names/names.ts";
import { requestAnnotations } from "../model/requests.ts";
import type { World } from "../step/world.ts";
import { transactionLimits } from "./enforce-transaction-limits.ts";

type Outside = Pick<World, "postgres" | "clock" | "cluster" | "events">;

/**
 * Kills a tenant's session that does not end, requests new credentials for the tenant, so that the login that began it is of no more use,
 * and returns the login.
 */
export async function killUnendableSession(
  watch: ReturnType<typeof createUnendableWatch>,
  tenants: readonly Tenant[],
  { postgres, clock, cluster, events }: Outside,
): Promise<string | undefined> {
  const limits = transactionLimits(await observeMultixacts(postgres));
  const login = await watch(postgres, limits, clock.monotonic());
  if (login === undefined) return undefined;
  const tenant = tenants.find((each) => allLogins(namesOf(each)).includes(login));
  if (tenant === undefined) return login;
  events.publish({
    regarding: tenant,
    type: "Warning",
    reason: "SessionKilled",
    action: "EndSession",
    note: `A session of the login ${login} did not end when it was asked to, and its process was killed, which restarts PostgreSQL for all tenants. The tenant gets new credentials. Find out which function was called, and by whom: no runtime does this.`,
  });
  const request = `session killed at ${clock.now().toISOString()}`;
  await cluster.annotate(tenantKind, tenant, requestAnnotations.rotation, request);
  return login;
}
