import type { CircuitId, RelayVendor } from "./circuit-id.ts";
import { readCircuitId } from "./read-circuit-id.ts";
import { dhcpv6Header, refuseHeader } from "./refuse-header.ts";

/**
 * DHCPv6 option 18, Interface-Id (RFC 8415 section 21.18), in any layout of a circuit id.
 * @throws NetworkFault IDENTITY_INVALID for the option's own code and length.
 */
export function readInterfaceId(bytes: Uint8Array, vendor: RelayVendor = "any"): CircuitId {
  refuseHeader(bytes, dhcpv6Header(18, bytes), "DHCPv6 option 18");
  return readCircuitId(bytes, vendor);
}
