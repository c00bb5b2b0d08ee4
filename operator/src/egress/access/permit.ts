import type { Tenant } from "../../tenant/model/kinds.ts";
import { Refusal } from "../request/refusal.ts";
import { canonicalHost, describeTarget, type Target } from "../request/target.ts";

/** Returns why the tenant's spec does not permit a target, or undefined when it does. */
export function refusalBySpec({ metadata, spec }: Tenant, target: Target): Refusal | undefined {
  const { name } = metadata;
  if (metadata.deletionTimestamp !== undefined) {
    return new Refusal("deleting", `tenant "${name}" is being deleted and may no longer connect`);
  }
  if (spec.suspended) {
    return new Refusal("suspended", `tenant "${name}" is suspended: set spec.suspended to false first`);
  }
  const ports = portsOf(spec.egress ?? [], target.host);
  return ports.includes(target.port) ? undefined : notListed(name, target, ports);
}

function portsOf(listed: NonNullable<Tenant["spec"]["egress"]>, target: string): number[] {
  return listed.filter(({ host }) => canonicalHost(host) === target).map(({ port }) => port);
}

function notListed(tenant: string, target: Target, ports: readonly number[]): Refusal {
  const others = ports.length > 0 ? ` (of this host only port ${ports.join(", ")} is listed)` : "";
  return new Refusal(
    "not-listed",
    `tenant "${tenant}" may not reach ${describeTarget(target)}${others}: ` +
      `add {host: "${target.host}", port: ${target.port}} to spec.egress of the Tenant`,
  );
}
