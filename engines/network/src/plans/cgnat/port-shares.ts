import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { NetworkFault } from "../../network-fault.ts";

const highestPort = 65_535;

/** The ports that subscribers share on each outside address. */
export interface PortPolicy {
  /** Ports below are nobody's; 1024 unless given, after the system ports of RFC 6335 section 6. */
  readonly firstPort?: number | undefined;
  /** 65535 unless given. */
  readonly lastPort?: number | undefined;
  /** How many ports each subscriber gets; unless given, as many as there are for an even share. */
  readonly portsPerSubscriber?: number | undefined;
}

/** How the ports of every outside address are cut into blocks. */
export interface PortShares {
  readonly firstPort: number;
  readonly lastPort: number;
  readonly portsPerSubscriber: number;
  /** How many blocks, and so subscribers, an outside address has. */
  readonly subscribersPerAddress: number;
}

/**
 * Without a number of ports, the inside addresses are spread evenly: ceil(inside / outside) blocks on each outside
 * address, of floor(ports / blocks) ports. With one, each outside address has floor(ports / number) blocks.
 * @throws NetworkFault PLAN_INVALID for ports out of order or no whole numbers; SPACE_EXHAUSTED where the outside
 * addresses have too few ports.
 */
export function portShares(inside: number, outside: number, policy: PortPolicy): PortShares {
  const { firstPort = 1024, lastPort = highestPort, portsPerSubscriber } = policy;
  requireWhole("first port", firstPort, 0, highestPort);
  requireWhole("last port", lastPort, firstPort, highestPort);
  const ports = lastPort - firstPort + 1;
  if (portsPerSubscriber !== undefined)
    requireWhole("number of ports per subscriber", portsPerSubscriber, 1, ports);
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

function requireWhole(what: string, value: number, least: number, most: number): void {
  if (isWholeWithin(value, least, most)) return;
  throw new NetworkFault(
    "PLAN_INVALID",
    `expected a ${what} from ${least} to ${most}; found ${value}: write a whole number of that range`,
  );
}

function tooFew(inside: number, outside: number, ports: number, most: number, wanted: number): NetworkFault {
  const needed = Math.ceil(inside / Math.floor(ports / wanted));
  const instead = most > 0 ? `at most ${most} ports each, or ` : "";
  return new NetworkFault(
    "SPACE_EXHAUSTED",
    `expected room for ${inside} subscribers of ${wanted} ports each; found ${outside} outside addresses of ${ports} ports: write ${instead}${needed} outside addresses`,
  );
}
