import { tenantNamespace } from "../../../../contract/tenant-ids.ts";
import { done, type Outcome, stalled, waiting } from "../../kubernetes/loop/outcome.ts";
import { hostClaim } from "../desired/route/host-claim.ts";
import { releaseHosts } from "../hosts/release-hosts.ts";
import { reservedHosts } from "../hosts/reserved-hosts.ts";
import { withdrawRoute } from "../hosts/withdraw-route.ts";
import { type HostClaim, hostClaimKind, tenantKind } from "../model/kinds.ts";
import { tenantId } from "../model/names/names.ts";
import type { Subject } from "../step/subject.ts";

/** Claims the tenant's hosts, which only one tenant may have, and releases those that it no longer names. */
export async function claimHosts(subject: Subject): Promise<Outcome> {
  const reserved = reservedHosts(subject.blueprint.hosts, subject.blueprint.settings);
  const hosts = subject.blueprint.hosts.filter((host) => !reserved.includes(host));
  const allowed = { ...subject, blueprint: { ...subject.blueprint, hosts } };
  const claimed = await claimEach(allowed);
  await withdrawRoute(allowed);
  // Releases before it waits for other hosts, because two tenants that swap hosts would otherwise block each other.
  await releaseHosts(allowed, hosts);
  return reserved.length > 0 ? stalled("HostReserved", hostReserved(reserved)) : claimed;
}

async function claimEach(subject: Subject): Promise<Outcome> {
  const { blueprint, world, changes } = subject;
  for (const host of blueprint.hosts) {
    const known = world.cluster.read(hostClaimKind, { name: host });
    if (known?.spec.tenantRef.uid === blueprint.uid) continue;
    const { object, created } = await world.cluster.create(
      hostClaimKind,
      hostClaim(blueprint.names, blueprint.uid, host),
    );
    if (created) changes.push(`created HostClaim ${host}`);
    if (object.spec.tenantRef.uid === blueprint.uid) continue;
    const conflict = await conflictOver(object, subject);
    if (conflict.kind !== "done") return conflict;
  }
  return done;
}

/**
 * Decides about a claim that another Tenant holds. If that Tenant no longer exists, and this one has adopted its data,
 * the claim is deleted: its namespace, and the route in it, now belong to this Tenant.
 */
async function conflictOver(
  { metadata, spec }: HostClaim,
  { blueprint, world, changes }: Subject,
): Promise<Outcome> {
  const { name: host, uid } = metadata;
  const holder = spec.tenantRef;
  const live = await world.cluster.get(tenantKind, { name: holder.name });
  if (live?.metadata.uid === holder.uid) return stalled("HostTaken", hostTaken(host, holder.name));
  if (tenantId(holder.uid) !== blueprint.names.id) return stalled("HostTaken", hostLeft(host, holder));
  await world.cluster.remove(hostClaimKind, { name: host }, { certain: true, ...(uid && { uid }) });
  changes.push(`deleted HostClaim ${host} of a Tenant that no longer exists`);
  return waiting(
    "HostReleasing",
    `The host ${host} is being released: its previous Tenant no longer exists.`,
    1_000,
  );
}

function hostLeft(host: string, { name, uid }: HostClaim["spec"]["tenantRef"]): string {
  const namespace = tenantNamespace(name, tenantId(uid));
  return (
    `Expected the host ${host} to be free, found it held by the HostClaim ${host} of the Tenant ${name} of uid ${uid}, ` +
    `which no longer exists. Delete the namespace ${namespace} if it exists, then the claim: kubectl delete hostclaim ${host}`
  );
}

function hostTaken(host: string, holder: string): string {
  return (
    `Expected the host ${host} to be free, found it held by the tenant ${holder}: remove it from spec.hosts of ` +
    "one of the two."
  );
}

function hostReserved(hosts: readonly string[]): string {
  return (
    `Expected hosts of the ISP, found names that servers of the cluster may have: ${hosts.join(", ")}. Write public ` +
    "names into spec.hosts instead, for example north.example.com."
  );
}
