import { MacAddress } from "../ipam/addresses/mac-address.ts";
import { NetworkFault } from "../network-fault.ts";
import { isStation } from "./station-mac.ts";

/** Spellings without leading zeros or with other groups of digits, which MacAddress does not accept. */
const loose = [
  /^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i,
  /^[0-9a-f]{1,2}(-[0-9a-f]{1,2}){5}$/i,
  /^[0-9a-f]{2}( [0-9a-f]{2}){5}$/i,
  /^[0-9a-f]{4}(:[0-9a-f]{4}){2}$/i,
  /^[0-9a-f]{6}[-:][0-9a-f]{6}$/i,
];

/** Hardware type 1, Ethernet, before the address: a DHCP client id (RFC 2132 section 9.14), sent by RouterOS. */
const clientId = /^0?1[:-](?=[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$)/i;

/**
 * The station that a User-Name, Calling-Station-Id or DHCP client id names by its MAC address.
 * @throws NetworkFault MAC_INVALID if it is not a MAC address, IDENTITY_INVALID for a group address or the zero
 * address, which no station has.
 */
export function readStationMac(text: string): MacAddress {
  const bare = text.trim().replace(clientId, "");
  const mac = MacAddress.parse(loose.some((form) => form.test(bare)) ? digitsOf(bare) : bare);
  if (!isStation(mac)) {
    throw new NetworkFault(
      "IDENTITY_INVALID",
      `expected the MAC address of one station; found ${JSON.stringify(text)}: write the customer's own address`,
    );
  }
  return mac;
}

/** All twelve digits of a spelling. A group of one or two digits is one byte. */
function digitsOf(spelling: string): string {
  return spelling
    .split(/[: -]/)
    .map((group) => group.padStart(2, "0"))
    .join("");
}
