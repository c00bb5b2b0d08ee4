import { done, type Outcome, stalled } from "../../kubernetes/loop/outcome.ts";
import { claimRecord } from "../database/records.ts";
import { hostClaim } from "../desired/route/host-claim.ts";
import { releaseHosts } from "../hosts/release-hosts.ts";
import { reservedHosts } from "../hosts/reserved-hosts.ts";
import { withdrawRoute } from "../hosts/withdraw-route.ts";
import { hostClaimKind, tenantKind } from "../model/kinds.ts";
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
  // Here already, for two tenants that swap their hosts wait for each other at this step.
  await releaseHosts(allowed, hosts);
  return reserved.length > 0 ? stalled("HostReserved", hostReserved(reserved)) : claimed;
}

async function claimData({ plan, tenant, world, changes }: Subject): Promise<Outcome> {
  const answer = await claimRecord(world.postgres, world.epoch, {
    id: plan.names.id,
    uid: plan.uid,
    name: plan.names.tenant,
    adopting: tenant.spec.adoptFrom !== undefined,
  });
  if (answer.kind === "refused") return stalled(answer.refusal.reason, answer.refusal.message);
  if (answer.kind === "taken") changes.push(`claimed the data ${plan.names.id}`);
  return done;
}

async function claimHosts({ plan, world, changes }: Subject): Promise<Outcome> {
  for (const host of plan.hosts) {
    const known = world.cluster.read(hostClaimKind, { name: host });
    if (known?.spec.tenantRef.uid === plan.uid) continue;
    const { object, created } = await world.cluster.create(
      hostClaimKind,
      hostClaim(plan.names, plan.uid, host),
    );
    if (created) changes.push(`created HostClaim ${host}`);
    const holder = object.spec.tenantRef;
    if (holder.uid !== plan.uid) return stalled("HostTaken", hostTaken(host, holder.name));
  }
  return done;
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
