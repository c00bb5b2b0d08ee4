import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { NetworkFault } from "../../network-fault.ts";

/** Port 0 is reserved; no packet is sent from it (RFC 6335 section 6). */
const lowestPort = 1;
const highestPort = 65_535;

/** The ports that subscribers share on each outside address. */
export interface PortPolicy {
  /** No subscriber gets a port below; by default 1024, after the system ports of RFC 6335 section 6. */
  readonly firstPort?: number | undefined;
  /** By default 65535. */
  readonly lastPort?: number | undefined;
  /** The number of ports of each subscriber; by default an even share. */
  readonly portsPerSubscriber?: number | undefined;
}

/** The division of every outside address's ports into blocks. */
export interface PortShares {
  readonly firstPort: number;
  readonly lastPort: number;
  readonly portsPerSubscriber: number;
  /** The number of blocks, and so of subscribers, on an outside address. */
  readonly subscribersPerAddress: number;
}

/**
 * Without `portsPerSubscriber`, the inside addresses are spread evenly: ceil(inside / outside) blocks on each
 * outside address, of floor(ports / blocks) ports. With it, each outside address has floor(ports /
 * portsPerSubscriber) blocks.
 * @throws NetworkFault PLAN_INVALID for ports out of order or not whole numbers; SPACE_EXHAUSTED if the outside
 * addresses have too few ports.
 */
export function portShares(inside: number, outside: number, policy: PortPolicy): PortShares {
  const { firstPort = 1024, lastPort = highestPort, portsPerSubscriber } = policy;
  requireWhole("firstPort", firstPort, lowestPort, highestPort);
  requireWhole("lastPort", lastPort, firstPort, highestPort);
  const ports = lastPort - firstPort + 1;
  if (portsPerSubscriber !== undefined) requireWhole("portsPerSubscriber", portsPerSubscriber, 1, ports);
  const even = Math.ceil(inside / outside);
  const most = Math.floor(ports / even);
  if (most < (portsPerSubscriber ?? 1)) throw tooFew(inside, outside, ports, most, portsPerSubscriber ?? 1);
  return {
    firstPort,
    lastPort,
    portsPerSubscriber: portsPerSubscriber ?? most,
    subscribersPerAddress: portsPerSubscriber === undefined ? even : Math.floor(ports / portsPerSubscriber),
  };
}

const meanings = {
  firstPort: "first port",
  lastPort: "last port",
  portsPerSubscriber: "number of ports per subscriber",
} as const;

function requireWhole(field: keyof PortPolicy, value: number, least: number, most: number): void {
  if (isWholeWithin(value, least, most)) return;
  throw new NetworkFault(
    "PLAN_INVALID",
    `expected a ${meanings[field]} from ${least} to ${most}; found ${value}: write a whole number of that range`,
    [field],
  );
}

function tooFew(inside: number, outside: number, ports: number, most: number, wanted: number): NetworkFault {
  const needed = Math.ceil(inside / Math.floor(ports / wanted));
  const instead = most > 0 ? `at most ${most} ports each, or ` : "";
  return new NetworkFault(
    "SPACE_EXHAUSTED",
    `expected room for ${inside} subscribers of ${wanted} ports each; found ${outside} outside addresses of ${ports} ports: write ${instead}${needed} outside addresses`,
    ["outside"],
  );
}
