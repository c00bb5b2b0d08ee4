import { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { MacAddress } from "../../ipam/addresses/mac-address.ts";
import { Prefix } from "../../ipam/blocks/prefix.ts";
import type { ValueOfType } from "../attributes/attribute.ts";
import { concat } from "../octets/concat.ts";
import type { PlainType } from "./decode-value.ts";

type Encoders = { readonly [Type in PlainType]: (value: ValueOfType[Type]) => Uint8Array | undefined };

const utf8 = new TextEncoder();

/** RFC 8044 section 3. Each encoder returns undefined for a value that does not match its type. */
const encoders: Encoders = {
  text: (value) => (value.isWellFormed() ? utf8.encode(value) : undefined),
  octets: (value) => value,
  byte: (value) => whole(value, 0, 1),
  short: (value) => whole(value, 0, 2),
  integer: (value) => whole(value, 0, 4),
  signed: (value) => whole(value, -(2 ** 31), 4),
  integer64: (value) => (BigInt.asUintN(64, value) === value ? bigEndian(value, 8) : undefined),
  date: (value) => whole(value, 0, 4),
  ipv4: (value) => addressOctets(value, 4),
  ipv6: (value) => addressOctets(value, 16),
  "ipv4-prefix": (value) => prefixOctets(Prefix.parse(value), 32),
  "ipv6-prefix": (value) => prefixOctets(Prefix.parse(value), 128),
  "interface-id": interfaceOctets,
  ethernet: (value) => bigEndian(MacAddress.parse(value).value, 6),
};

/**
 * The octets of a value; undefined for a value that does not match its type.
 * @throws NetworkFault ADDRESS_INVALID, PREFIX_INVALID or MAC_INVALID for a text that is not an address.
 */
export function encodeValue<Type extends PlainType>(
  type: Type,
  value: ValueOfType[Type],
): Uint8Array | undefined {
  return encoders[type](value);
}

/** The octets of a whole number from `least` up; undefined if the number does not fit. */
function whole(value: number, least: number, length: number): Uint8Array | undefined {
  const inRange = Number.isInteger(value) && value >= least && value < least + 2 ** (8 * length);
  return inRange ? bigEndian(BigInt.asUintN(8 * length, BigInt(value)), length) : undefined;
}

function bigEndian(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) =>
    Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn),
  );
}

function addressOctets(text: string, length: 4 | 16): Uint8Array | undefined {
  const octets = IPAddress.parse(text).toBytes();
  return octets.length === length ? octets : undefined;
}

/** All four octets of IPv4 (RFC 8044 section 3.11), or those of IPv6 that the length covers (section 3.10). */
function prefixOctets({ first, length, bits }: Prefix, expected: 32 | 128): Uint8Array | undefined {
  if (bits !== expected) return undefined;
  const octets = first.toBytes().subarray(0, bits === 32 ? 4 : Math.ceil(length / 8));
  return concat(Uint8Array.of(0, length), octets);
}

function interfaceOctets(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){3}$/i.test(text)) return undefined;
  const groups = text.split(":").map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}
