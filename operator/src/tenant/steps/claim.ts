import { done, type Outcome, stalled, waiting } from "../../kubernetes/loop/outcome.ts";
import { claimRecord } from "../database/records.ts";
import { hostClaim } from "../desired/route/host-claim.ts";
import { releaseHosts } from "../hosts/release-hosts.ts";
import { reservedHosts } from "../hosts/reserved-hosts.ts";
import { withdrawRoute } from "../hosts/withdraw-route.ts";
import { type HostClaim, hostClaimKind, tenantKind } from "../model/kinds.ts";
import { tenantId } from "../model/names.ts";
import type { Subject } from "../step/subject.ts";

export const finalizer = "dotmac.io/tenant";

/** Takes what only one tenant may have, before anything of it exists outside: its data and its hosts. */
export async function claim(subject: Subject): Promise<Outcome> {
  const { world } = subject;
  subject.tenant = await world.cluster.addFinalizer(tenantKind, subject.tenant, finalizer);
  const data = await claimData(subject);
  if (data.kind !== "done") return data;
  const reserved = reservedHosts(subject.plan.hosts, subject.plan.settings);
  const hosts = subject.plan.hosts.filter((host) => !reserved.includes(host));
  const allowed = { ...subject, plan: { ...subject.plan, hosts } };
  const claimed = await claimHosts(allowed);
  await withdrawRoute(allowed);
  // Released before the wait for other hosts: two tenants that swap hosts would otherwise block each other.
  await releaseHosts(allowed, hosts);
  return reserved.length > 0 ? stalled("HostReserved", hostReserved(reserved)) : claimed;
}

async function claimData({ plan, tenant, world, changes }: Subject): Promise<Outcome> {
  const answer = await claimRecord(world.postgres, world.epoch, {
    id: plan.names.id,
    uid: plan.uid,
    name: plan.names.tenant,
    currency: plan.currency,
    adopting: tenant.spec.adoptFrom !== undefined,
  });
  if (answer.kind === "refused") return stalled(answer.refusal.reason, answer.refusal.message);
  if (answer.kind === "taken") changes.push(`claimed the data ${plan.names.id}`);
  return done;
}

async function claimHosts(subject: Subject): Promise<Outcome> {
  const { plan, world, changes } = subject;
  for (const host of plan.hosts) {
    const known = world.cluster.read(hostClaimKind, { name: host });
    if (known?.spec.tenantRef.uid === plan.uid) continue;
    const { object, created } = await world.cluster.create(
      hostClaimKind,
      hostClaim(plan.names, plan.uid, host),
    );
    if (created) changes.push(`created HostClaim ${host}`);
    if (object.spec.tenantRef.uid === plan.uid) continue;
    const conflict = await conflictOver(object, subject);
    if (conflict.kind !== "done") return conflict;
  }
  return done;
}

/**
 * Decides about a claim that another Tenant holds. If that Tenant is gone without giving it up, and this one has adopted its
 * data, the claim is deleted: the namespace, and the route in it, belong to this Tenant too.
 */
async function conflictOver(
  { metadata, spec }: HostClaim,
  { plan, world, changes }: Subject,
): Promise<Outcome> {
  const { name: host, uid } = metadata;
  const holder = spec.tenantRef;
  const live = await world.cluster.get(tenantKind, { name: holder.name });
  if (live?.metadata.uid === holder.uid) return stalled("HostTaken", hostTaken(host, holder.name));
  if (tenantId(holder.uid) !== plan.names.id) return stalled("HostTaken", hostLeft(host, holder));
  await world.cluster.remove(hostClaimKind, { name: host }, { certain: true, ...(uid && { uid }) });
  changes.push(`deleted HostClaim ${host} of a Tenant that is gone`);
  return waiting("HostReleasing", `The host ${host} is given up by the Tenant before, which is gone.`, 1_000);
}

function hostLeft(host: string, { name, uid }: HostClaim["spec"]["tenantRef"]): string {
  const namespace = `isp-${name}-${tenantId(uid)}`;
  return (
    `Expected the host ${host} to be free, found it held by the HostClaim ${host} of the Tenant ${name} of uid ${uid}, ` +
    `which is gone. Delete the namespace ${namespace} if it is there, then the claim: kubectl delete hostclaim ${host}`
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
