import { isVlan } from "../is-vlan.ts";
import { stationMac } from "../station-mac.ts";
import type { CircuitId, RelayVendor } from "./circuit-id.ts";
import { portValue, portVlan } from "./port-vlan.ts";
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
  const mac = isPortOf(bytes, vendor) ? undefined : stationMac(bytes);
  return mac === undefined ? { layout: "opaque" } : { layout: "mac", mac };
}

function readPort(bytes: Uint8Array, vendor: RelayVendor): CircuitId | undefined {
  if (vendor === "huawei") return readHuaweiPort(bytes);
  return vendor === "any" || vendor === "cisco" ? readCiscoPort(bytes) : undefined;
}

/** Circuit ID type 0: VLAN in two octets (0 for none), module and port in one each. */
function readCiscoPort(bytes: Uint8Array): CircuitId | undefined {
  const value = portValue(bytes);
  const vlan = value && portVlan(value);
  if (value === undefined || vlan === undefined) return undefined;
  const [module = 0, port = 0] = value.subarray(2);
  return { layout: "cisco", ...vlan, module, port };
}

/**
 * Whether six bytes are a port, although its VLAN is not one: by the vendor of the relay, or by the reserved VLAN 4095. A
 * number above that does not fit a VLAN's 12 bits, so that the bytes may be a MAC address.
 */
function isPortOf(bytes: Uint8Array, vendor: RelayVendor): boolean {
  const [high = 0, low = 0] = portValue(bytes) ?? [0xff, 0xff];
  if (vendor === "cisco" || vendor === "huawei") return portValue(bytes) !== undefined;
  return vendor === "any" && ((high << 8) | low) === 4095;
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

/** The most that the 32 bits of a logical interface's unit hold. Those of subscribers begin at 1073741824. */
const highestUnit = 0xffff_ffff;

/** Reads an interface; the text has the outer VLAN before the inner. */
function readInterface(text: string): CircuitId | undefined {
  const [, name, unit, ...tags] = junos.exec(text) ?? [];
  const vlans = tags.filter((tag) => tag !== undefined).map(Number);
  if (name === undefined || !vlans.every(isVlan) || Number(unit ?? 0) > highestUnit) return undefined;
  return { layout: "interface", name, ...(unit === undefined ? {} : { unit: Number(unit) }), vlans };
}
