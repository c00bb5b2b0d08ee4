import type { Family } from "./family.ts";

/** An address in the form of RFC 5952, which gives each address exactly one text. */
export function printAddress(family: Family, value: bigint): string {
  if (family === 4) return printIpv4(Number(value));
  if (value >> 32n === 0xffffn) return `::ffff:${printIpv4(Number(value & 0xffffffffn))}`;
  return compressed(groupsOf(value));
}

/** Prints an unsigned number of 32 bits as an IPv4 address. */
function printIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join(".");
}

function groupsOf(value: bigint): readonly string[] {
  const digits = value.toString(16).padStart(32, "0");
  return Array.from({ length: 8 }, (_, index) =>
    digits.slice(4 * index, 4 * index + 4).replace(/^0{1,3}/, ""),
  );
}

/**
 * Replaces the longest run of two or more zero groups with "::", the first of equally long ones (RFC 5952 section
 * 4.2).
 */
function compressed(groups: readonly string[]): string {
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

function longestZeros(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, index) => {
    length = group === "0" ? length + 1 : 0;
    if (length > longest.length) longest = { start: index + 1 - length, length };
  });
  return longest;
}
