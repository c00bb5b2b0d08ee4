import { MacAddress } from "../ipam/addresses/mac-address.ts";
import { toHex } from "../octets/to-hex.ts";

/** Whether a station can have the address: neither a group address nor zero. */
export function isStation(mac: MacAddress): boolean {
  return !mac.isMulticast && mac.value !== 0n;
}

/** The MAC address of a station in six bytes; undefined for other bytes. */
export function stationMac(bytes: Uint8Array): MacAddress | undefined {
  if (bytes.length !== 6) return undefined;
  const mac = MacAddress.of(BigInt(`0x${toHex(bytes)}`));
  return isStation(mac) ? mac : undefined;
}
