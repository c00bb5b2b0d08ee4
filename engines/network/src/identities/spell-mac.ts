import type { MacAddress } from "../ipam/addresses/mac-address.ts";

/** Every usual spelling, by the name that a NAS profile gives it. */
const spellings = {
  "colon-lower": (mac: MacAddress) => mac.toString(),
  "colon-upper": (mac: MacAddress) => mac.toString().toUpperCase(),
  "hyphen-lower": (mac: MacAddress) => mac.toRadius().toLowerCase(),
  "hyphen-upper": (mac: MacAddress) => mac.toRadius(),
  "dot-lower": (mac: MacAddress) => mac.toDotted(),
  "dot-upper": (mac: MacAddress) => mac.toDotted().toUpperCase(),
  "plain-lower": (mac: MacAddress) => mac.toString().replaceAll(":", ""),
  "plain-upper": (mac: MacAddress) => mac.toString().replaceAll(":", "").toUpperCase(),
  "quad-lower": (mac: MacAddress) => mac.toDotted().replaceAll(".", "-"),
  "quad-upper": (mac: MacAddress) => mac.toDotted().replaceAll(".", "-").toUpperCase(),
} as const;

export type MacSpelling = keyof typeof spellings;
export const macSpellings = Object.keys(spellings) as readonly MacSpelling[] as readonly [
  MacSpelling,
  ...MacSpelling[],
];

/**
 * A MAC address as a NAS writes it: RouterOS `colon-upper`, RFC 3580 `hyphen-upper`, Cisco `dot-lower`,
 * Huawei `quad-lower`, Juniper `dot-lower`.
 */
export function spellMac(mac: MacAddress, spelling: MacSpelling): string {
  return spellings[spelling](mac);
}
