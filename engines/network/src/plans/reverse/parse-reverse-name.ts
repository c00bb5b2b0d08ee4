import type { Family } from "../../ipam/addresses/family.ts";
import { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { Prefix } from "../../ipam/blocks/prefix.ts";
import { NetworkFault } from "../../network-fault.ts";
import { reverseTrees } from "./reverse-tree.ts";

const octet = /^(0|[1-9]\d{0,2})$/;
const nibble = /^[\da-f]$/;
const classless = /^(0|[1-9]\d{0,2})[/-](2[5-9]|3[01])$/;

/**
 * The prefix of a name in a reverse tree, in upper or lower case, with or without a final dot. The name is a zone's
 * or an address's, also in the classless form of RFC 2317 with a slash or a hyphen.
 * @throws NetworkFault PLAN_INVALID for any other name.
 */
export function parseReverseName(name: string): Prefix {
  const bare = name.toLowerCase().replace(/\.$/, "");
  for (const family of [4, 6] as const) {
    const { suffix } = reverseTrees[family];
    if (bare === suffix) return Prefix.containing(IPAddress.of(family, 0n), 0);
    if (!bare.endsWith(`.${suffix}`)) continue;
    const labels = bare
      .slice(0, -suffix.length - 1)
      .split(".")
      .reverse();
    const found = family === 4 ? (inClassless(labels) ?? inOctets(labels)) : inNibbles(labels);
    if (found !== undefined) return found;
  }
  throw refused(name);
}

function inOctets(labels: readonly string[]): Prefix | undefined {
  const isRight = labels.length <= 4 && labels.every((label) => octet.test(label) && Number(label) < 256);
  return isRight ? prefixOf(4, 8, labels.map(Number)) : undefined;
}

function inNibbles(labels: readonly string[]): Prefix | undefined {
  const isRight = labels.length <= 32 && labels.every((label) => nibble.test(label));
  return isRight
    ? prefixOf(
        6,
        4,
        labels.map((label) => Number.parseInt(label, 16)),
      )
    : undefined;
}

/** Three octets, then `first/length`, then optionally the address's last octet, which must be in that prefix. */
function inClassless(labels: readonly string[]): Prefix | undefined {
  const [, first, length] = classless.exec(labels[3] ?? "") ?? [];
  if (first === undefined) return undefined;
  const start = inOctets([...labels.slice(0, 3), first]);
  if (start === undefined) return undefined;
  const zone = Prefix.containing(start.first, Number(length));
  if (!zone.first.equals(start.first)) return undefined;
  if (labels.length === 4) return zone;
  const host = inOctets([...labels.slice(0, 3), ...labels.slice(4)]);
  return host !== undefined && zone.contains(host) ? host : undefined;
}

function prefixOf(family: Family, bitsPerLabel: number, labels: readonly number[]): Prefix {
  const value = labels.reduce((sum, label) => (sum << BigInt(bitsPerLabel)) | BigInt(label), 0n);
  const length = labels.length * bitsPerLabel;
  const bits = family === 4 ? 32 : 128;
  return Prefix.of(IPAddress.of(family, value << BigInt(bits - length)), length);
}

function refused(name: string): NetworkFault {
  return new NetworkFault(
    "PLAN_INVALID",
    `expected a name such as "7.2.0.192.in-addr.arpa", "64/26.2.0.192.in-addr.arpa" or "8.b.d.0.1.0.0.2.ip6.arpa"; found ${JSON.stringify(name)}: write an address's or a prefix's octets or nibbles, the last one first`,
  );
}
