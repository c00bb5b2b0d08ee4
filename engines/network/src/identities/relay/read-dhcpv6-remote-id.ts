import { NetworkFault } from "../../network-fault.ts";
import { type RemoteId, readRemoteId } from "./read-remote-id.ts";
import { dhcpv6Header, refuseHeader, wholeData } from "./refuse-header.ts";

export interface Dhcpv6RemoteId {
  /** The owner of the id's number space: a private enterprise number of IANA. */
  readonly enterprise: number;
  readonly remote: RemoteId;
}

/**
 * DHCPv6 option 37: four octets of enterprise number, then the relay agent's remote id (RFC 4649 section 3).
 * @throws NetworkFault IDENTITY_INVALID for less than the enterprise number and one octet, and for the option's own code
 *   and length.
 */
export function readDhcpv6RemoteId(bytes: Uint8Array): Dhcpv6RemoteId {
  refuseHeader(bytes, dhcpv6Header(37, bytes), "DHCPv6 option 37");
  if (bytes.length < 5) {
    throw new NetworkFault(
      "IDENTITY_INVALID",
      `expected an enterprise number of 4 bytes and a remote id; found length ${bytes.length}: ${wholeData}`,
    );
  }
  const enterprise = bytes.subarray(0, 4).reduce((sum, byte) => sum * 256 + byte, 0);
  return { enterprise, remote: readRemoteId(bytes.subarray(4)) };
}
