import type { CircuitId } from "./circuit-id.ts";

const tuple = /^([^|]+)\|(\d{1,10})\|([^|]+)(?:\|([^|]+))?$/;
const sap = /^(?:(?:esat-)?\d+(?:\/[a-z]?\d+){1,4}|lag-\d+|pw-\d+)(?::(\d{1,4}|\*)(?:\.(\d{1,4}|\*))?)?$/;

/** The most that the 32 bits of a service id and the 12 bits of a tag hold. */
const [highestService, highestTag] = [0xffff_ffff, 0xfff];

/**
 * `ascii-tuple` of Nokia's routers: access node, service and interface, and the service access point of a group interface,
 * with bars between them. Sources: 7750 SR OS services guide, `circuit-id`; TIMETRA-VRTR-MIB, `vRtrIfDHCPRelayCircuitId`.
 *
 * Of the others `sap-id` is a text, `ifindex` says nothing of the line, and no guide tells the octets of the VLAN in
 * `vlan-ascii-tuple`.
 */
export function readNokiaTuple(text: string): CircuitId | undefined {
  const [, node, service, name, point] = tuple.exec(text) ?? [];
  if (node === undefined || service === undefined || name === undefined) return undefined;
  if (point !== undefined && !isAccessPoint(point)) return undefined;
  if (Number(service) < 1 || Number(service) > highestService) return undefined;
  const about = { layout: "nokia", node, service: Number(service), name } as const;
  return point === undefined ? about : { ...about, sap: point };
}

function isAccessPoint(text: string): boolean {
  const [found, ...tags] = sap.exec(text) ?? [];
  return (
    found !== undefined && tags.every((tag) => tag === undefined || tag === "*" || Number(tag) <= highestTag)
  );
}
