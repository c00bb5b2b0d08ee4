import { MacAddress } from "../../ipam/addresses/mac-address.ts";
import { toHex } from "../../octets/to-hex.ts";
import { isVlan } from "../is-vlan.ts";
import type { CircuitId, RelayVendor } from "./circuit-id.ts";
import { printableText } from "./printable-text.ts";
import { readAccessLine } from "./read-access-line.ts";
import { readHuaweiInterface, readHuaweiPort } from "./read-huawei.ts";
import { readNokiaTuple } from "./read-nokia.ts";
import { typedValue } from "./typed-value.ts";

/**
 * Reads a circuit id: Agent Circuit ID (RFC 3046 section 3.1), DHCPv6 Interface-Id (RFC 8415 section 21.18) or
 * Agent-Circuit-Id (RFC 4679 section 3.3.1). Any bytes are valid; an unknown layout is opaque.
 *
 * Sources: Catalyst 2960 and 2975 configuration guides, "Suboption Packet Formats" (VLAN, module, port; or a text);
 * RouterOS, whose relay sends the interface's MAC address and whose bridge sends `<identity> eth <slot>/<port>`;
 * Junos `circuit-id` (`ge-4/1/1:122-500`, of a switch `ge-1/0/1.0:43`). Those of Huawei and Nokia are beside their
 * readers.
 */
export function readCircuitId(bytes: Uint8Array, vendor: RelayVendor = "any"): CircuitId {
  const port = readPort(bytes, vendor);
  if (port !== undefined) return port;
  const text = printableText((vendor === "mikrotik" ? undefined : typedValue(bytes, 1)) ?? bytes);
  if (text !== undefined) return readText(text, vendor);
  if (bytes.length === 6) return { layout: "mac", mac: MacAddress.of(BigInt(`0x${toHex(bytes)}`)) };
  return { layout: "opaque" };
}

function readPort(bytes: Uint8Array, vendor: RelayVendor): CircuitId | undefined {
  if (vendor === "huawei") return readHuaweiPort(bytes);
  return vendor === "any" || vendor === "cisco" ? readCiscoPort(bytes) : undefined;
}

/** Circuit ID type 0: VLAN in two octets (0 for none), module and port in one each. */
function readCiscoPort(bytes: Uint8Array): CircuitId | undefined {
  const value = typedValue(bytes, 0);
  if (value?.length !== 4) return undefined;
  const [high = 0, low = 0, module = 0, port = 0] = value;
  const vlan = (high << 8) | low;
  return vlan === 0 || isVlan(vlan) ? { layout: "cisco", vlan, module, port } : undefined;
}

function readText(text: string, vendor: RelayVendor): CircuitId {
  const nokia = vendor === "any" || vendor === "nokia" ? readNokiaTuple(text) : undefined;
  if (nokia !== undefined) return nokia;
  const line = readAccessLine(text);
  if (line !== undefined) return { layout: "access-line", line };
  return readInterface(text) ?? readHuaweiInterface(text) ?? { layout: "text", text };
}

/**
 * The unit or the VLAN after it distinguishes a channel of a port (`xe-0/0/3:1`) from a VLAN: `xe-0/0/1:2.100` is
 * unit 100 of channel 2, `xe-0/0/1:2:100` VLAN 100 on it, and `xe-0/0/1:2` VLAN 2, because Junos names an untagged
 * interface with its unit. `ae0` alone is ambiguous.
 *
 * Sources: Junos CLI reference, `circuit-id (DHCP Relay Agent)` (`fpc/pic/port`, `:vlan-id`, `:svlan-id-vlan-id`,
 * and the logical interface without VLANs); Junos channelization guide (`fpc/pic/port:channel`).
 */
const junos =
  /^((?:[a-z]{2}-\d+\/\d+\/\d+(?::\d{1,2}(?=[.:]))?|ae\d+(?=[.:])))(?:\.(\d{1,10}))?(?::(\d{1,4})(?:-(\d{1,4}))?)?$/;

/** Reads an interface; the text has the outer VLAN before the inner. */
function readInterface(text: string): CircuitId | undefined {
  const [, name, unit, ...tags] = junos.exec(text) ?? [];
  const vlans = tags.filter((tag) => tag !== undefined).map(Number);
  if (name === undefined || !vlans.every(isVlan)) return undefined;
  return { layout: "interface", name, ...(unit === undefined ? {} : { unit: Number(unit) }), vlans };
}
