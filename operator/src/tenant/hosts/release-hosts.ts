import { done, type Outcome, waiting } from "../../kubernetes/loop/outcome.ts";
import { type HostClaim, hostClaimKind } from "../model/kinds.ts";
import type { Subject } from "../step/subject.ts";
import { liveRoutes } from "./routes.ts";

/** The part of a Subject that a release needs. */
export type Holder = { readonly blueprint: Pick<Subject["blueprint"], "names" | "uid"> } & Pick<
  Subject,
  "world" | "changes"
>;

/**
 * Releases the tenant's hosts that are not among `kept`. It releases each host only when none of the tenant's routes
 * names it, because the next tenant creates its own route as soon as it can claim the host.
 */
export async function releaseHosts(
  { blueprint, world, changes }: Holder,
  kept: readonly string[],
): Promise<Outcome> {
  const claims = world.cluster.indexed(hostClaimKind, "holder", blueprint.uid);
  const stale = staleHosts(claims, kept);
  if (stale.length === 0) return done;
  const routes = await liveRoutes(blueprint.names.namespace, world);
  const isLed = (host: string) => routes.some(({ hosts, isObserved }) => !isObserved || hosts.includes(host));
  for (const { metadata } of claims) {
    if (!stale.includes(metadata.name) || isLed(metadata.name)) continue;
    const { name, uid } = metadata;
    await world.cluster.remove(hostClaimKind, { name }, uid ? { uid } : {});
    changes.push(`deleted HostClaim ${name}`);
  }
  const held = stale.filter(isLed);
  if (held.length === 0) return done;
  const message = `The hosts ${held.join(", ")} stay claimed until the gateway no longer routes them here.`;
  return waiting("ReleasingHosts", message, 5_000);
}

/** The hosts of these claims. */
export function heldHosts(claims: readonly HostClaim[]): string[] {
  return claims.map(({ metadata }) => metadata.name);
}

/** The claimed hosts that are not kept and are not being released already. */
export function staleHosts(claims: readonly HostClaim[], kept: readonly string[]): string[] {
  const held = claims.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return heldHosts(held).filter((host) => !kept.includes(host));
}
