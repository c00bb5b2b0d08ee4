import type { Tenant } from "../../tenant/model/kinds.ts";
import { Refusal } from "../request/refusal.ts";
import { canonicalHost, describeTarget, type Target } from "../request/target.ts";

/** Says why a tenant may not reach a target by its spec; undefined when it may. */
export function refusalBySpec({ metadata, spec }: Tenant, target: Target): Refusal | undefined {
  const { name } = metadata;
  if (metadata.deletionTimestamp !== undefined) {
    return new Refusal("deleting", `tenant "${name}" is being deleted: it reaches nothing any more`);
  }
  if (spec.suspended) {
    return new Refusal("suspended", `tenant "${name}" is suspended: set spec.suspended to false first`);
  }
  const ports = portsOf(spec.egress ?? [], target.host);
  return ports.includes(target.port) ? undefined : notListed(name, target, ports);
}

function portsOf(listed: NonNullable<Tenant["spec"]["egress"]>, wanted: string): number[] {
  return listed.filter(({ host }) => canonicalHost(host) === wanted).map(({ port }) => port);
}

function notListed(tenant: string, target: Target, ports: readonly number[]): Refusal {
  const others = ports.length > 0 ? ` (of this host only port ${ports.join(", ")} is listed)` : "";
  return new Refusal(
    "not-listed",
    `tenant "${tenant}" may not reach ${describeTarget(target)}${others}: ` +
      `add {host: "${target.host}", port: ${target.port}} to spec.egress of the Tenant`,
  );
}
