import { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { Prefix } from "../../ipam/blocks/prefix.ts";
import { toHex } from "../../octets/to-hex.ts";
import type { ValueOfType, ValueType } from "../attributes/attribute.ts";

/** The types of one value; a "tlv" holds attributes. */
export type PlainType = Exclude<ValueType, "tlv">;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

type Decoders = { readonly [Type in PlainType]: (octets: Uint8Array) => ValueOfType[Type] | undefined };

/** RFC 8044 section 3. Each decoder returns undefined for octets that its type does not allow. */
const decoders: Decoders = {
  text: decodeText,
  octets: (octets) => octets,
  byte: (octets) => (octets.length === 1 ? octets[0] : undefined),
  short: (octets) => (octets.length === 2 ? view(octets).getUint16(0) : undefined),
  integer: (octets) => (octets.length === 4 ? view(octets).getUint32(0) : undefined),
  signed: (octets) => (octets.length === 4 ? view(octets).getInt32(0) : undefined),
  integer64: (octets) => (octets.length === 8 ? view(octets).getBigUint64(0) : undefined),
  date: (octets) => (octets.length === 4 ? view(octets).getUint32(0) : undefined),
  ipv4: (octets) => (octets.length === 4 ? octets.join(".") : undefined),
  ipv6: (octets) => (octets.length === 16 ? IPAddress.fromBytes(octets).toString() : undefined),
  "ipv4-prefix": (octets) => (octets.length === 6 ? decodePrefix(octets, 4) : undefined),
  "ipv6-prefix": (octets) => decodePrefix(octets, 16),
  "interface-id": (octets) => (octets.length === 8 ? interfaceId(octets) : undefined),
  ethernet: (octets) => (octets.length === 6 ? Array.from(octets, twoDigits).join(":") : undefined),
};

/** The value of octets for a type; undefined for octets that the type does not allow. */
export function decodeValue(type: PlainType, octets: Uint8Array): ValueOfType[PlainType] | undefined {
  return decoders[type](octets);
}

function view(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.length);
}

function decodeText(octets: Uint8Array): string | undefined {
  try {
    return utf8.decode(octets);
  } catch {
    return undefined;
  }
}

/**
 * A reserved octet, the length in bits, and up to all octets of the address (RFC 8044 sections 3.10, 3.11). Absent
 * octets are zero: RFC 3162 section 2.3 requires only the octets that the length covers.
 */
function decodePrefix(octets: Uint8Array, size: 4 | 16): string | undefined {
  const [, length, ...bits] = octets;
  if (length === undefined || length > 8 * size || bits.length > size) return undefined;
  const address = new Uint8Array(size);
  address.set(bits);
  return Prefix.containing(IPAddress.fromBytes(address), length).toString();
}

function interfaceId(octets: Uint8Array): string {
  return [0, 2, 4, 6].map((at) => view(octets).getUint16(at).toString(16)).join(":");
}

function twoDigits(octet: number): string {
  return toHex(Uint8Array.of(octet));
}
