import { NetworkFault } from "../../../src/network-fault.ts";

/** The fault of a field that should contain a packet and does not. */
export function refusedPacket(what: string, why: string): NetworkFault {
  return new NetworkFault(
    "PACKET_INVALID",
    `expected ${what} in the field "request"; ${why}: write its octets`,
    ["request"],
  );
}
