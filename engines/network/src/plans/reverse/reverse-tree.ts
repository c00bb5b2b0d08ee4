import type { Family } from "../../ipam/addresses/family.ts";
import type { IPAddress } from "../../ipam/addresses/ip-address.ts";

/** A tree of names for addresses; each label stands for a fixed number of bits. */
export interface ReverseTree {
  readonly suffix: string;
  readonly bitsPerLabel: 4 | 8;
}

/** RFC 1035 section 3.5: one label per octet, in decimal; RFC 3596 section 2.5: one per nibble, in hexadecimal. */
export const reverseTrees: Readonly<Record<Family, ReverseTree>> = {
  4: { suffix: "in-addr.arpa", bitsPerLabel: 8 },
  6: { suffix: "ip6.arpa", bitsPerLabel: 4 },
};

/** The name in the reverse tree for the first labels of an address, without a final dot. */
export function reverseName(address: IPAddress, labels: number): string {
  const { suffix, bitsPerLabel } = reverseTrees[address.family];
  const mask = (1n << BigInt(bitsPerLabel)) - 1n;
  const names = Array.from({ length: labels }, (_, index) => {
    const label = (address.value >> BigInt(address.bits - bitsPerLabel * (index + 1))) & mask;
    return label.toString(address.family === 4 ? 10 : 16);
  });
  return [...names.reverse(), suffix].join(".");
}
