import { isVlan } from "../is-vlan.ts";
import type { CircuitId } from "./circuit-id.ts";
import { portValue, portVlan } from "./port-vlan.ts";

/**
 * The layouts of Huawei's `dhcp option82 format`, by the command reference of its switches (`default`, `common`,
 * `extend`) and routers (NetEngine: `type1`, `type2`, `cn-telecom`). `common` and `cn-telecom` of an interface `eth` are an
 * access line. A text of `user-defined` may be anything.
 */

/**
 * `extend`: type 0, length 4, the outer VLAN in two octets, the slot in five bits, the sub-slot in three, the port in one
 * octet. Cisco's layout has the same six octets, so that these are Huawei's only where the relay is known to be.
 */
export function readHuaweiPort(bytes: Uint8Array): CircuitId | undefined {
  const value = portValue(bytes);
  const vlan = value && portVlan(value);
  if (value === undefined || vlan === undefined) return undefined;
  const [place = 0, port = 0] = value.subarray(2);
  return { layout: "huawei", ...vlan, slot: place >> 3, subslot: place & 0b111, port };
}

const named = /^([A-Za-z][A-Za-z-]*\d+(?:\/\d+){0,3}):(\d{1,4})\.(\d{1,4})(?: \S+)?$/;

/** The values for no VLAN. */
const untagged = [0, 4096];

/**
 * `default`, `type1` and `type2`: an interface, both VLANs and the name of the system, with or without zeros after it:
 * `GigabitEthernet0/0/1:100.43 sw-7/0/0/0/0/0`.
 */
export function readHuaweiInterface(text: string): CircuitId | undefined {
  const [, name, ...tags] = named.exec(text) ?? [];
  const vlans = tags.map(Number).filter((tag) => !untagged.includes(tag));
  if (name === undefined || !vlans.every(isVlan)) return undefined;
  return { layout: "interface", name, vlans };
}
