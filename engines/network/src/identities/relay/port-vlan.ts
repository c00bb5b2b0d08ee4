import { isVlan } from "../is-vlan.ts";
import { typedValue } from "./typed-value.ts";

/** The value of a port in four octets, which begins with its VLAN; undefined for other bytes. */
export function portValue(bytes: Uint8Array): Uint8Array | undefined {
  const value = typedValue(bytes, 0);
  return value?.length === 4 ? value : undefined;
}

/** The VLAN of a port: none for 0; undefined for a number that is no VLAN. */
export function portVlan(value: Uint8Array): { readonly vlan?: number } | undefined {
  const [high = 0, low = 0] = value;
  const vlan = (high << 8) | low;
  if (vlan === 0) return {};
  return isVlan(vlan) ? { vlan } : undefined;
}
