import type { Attribute } from "../attributes/attribute.ts";
import { definitionAt, vendorName } from "../dictionary/definition.ts";
import type { RawAttribute } from "../tlv/raw-attribute.ts";
import { splitAttributes } from "../tlv/split-attributes.ts";
import { decodeNamed, malformed } from "../values/decode-named.ts";
import { expectedOctets } from "../values/expected-octets.ts";
import type { Hiding } from "../values/hiding.ts";
import { joinFragments, type Piece } from "./join-fragments.ts";

/** The type of Vendor-Specific, also within extended attributes. */
const vendorSpecific = 26;

/** Decodes attributes by the dictionaries. Without `hiding`, hidden values are marked as malformed. */
export function decodeAttributes(
  attributes: readonly RawAttribute[],
  hiding: Hiding | undefined,
): readonly Attribute[] {
  return joinFragments(attributes).flatMap((piece) => decodePiece(piece, hiding));
}

function decodePiece(piece: Piece, hiding: Hiding | undefined): readonly Attribute[] {
  const { number, value, extended } = piece;
  if (piece.malformed !== undefined) {
    const name = extended === undefined ? `Attr-${number}` : `Attr-${number}.${extended}`;
    return [malformed({ name }, value, piece.malformed)];
  }
  if (extended !== undefined && value.length === 0) return [valueless(`${number}.${extended}`, value)];
  if (extended === vendorSpecific) return [extendedVendor(`${number}.${vendorSpecific}`, value)];
  if (extended !== undefined) return [atPath(`${number}.${extended}`, value, hiding)];
  if (number === vendorSpecific) return vendorAttributes(value, hiding);
  return [atPath(String(number), value, hiding)];
}

/** An extended attribute without a value, which must have at least one octet (RFC 6929 sections 2.1 and 2.2). */
function valueless(path: string, value: Uint8Array): Attribute {
  const { name, type } = definitionAt(undefined, path) ?? { name: `Attr-${path}`, type: "octets" };
  return malformed(
    { name },
    value,
    `expected ${type === "tlv" ? expectedOctets.tlv : "a value"}; found 0 octets`,
  );
}

function atPath(path: string, value: Uint8Array, hiding: Hiding | undefined): Attribute {
  const definition = definitionAt(undefined, path) ?? { name: `Attr-${path}`, type: "octets" };
  return decodeNamed(definition, value, hiding);
}

/** A vendor's number and its attributes, each with its type and length (RFC 2865 section 5.26). */
function vendorAttributes(value: Uint8Array, hiding: Hiding | undefined): readonly Attribute[] {
  const split = splitAttributes(value.subarray(4));
  if (value.length < 4) {
    return [
      malformed({ name: "Attr-26" }, value, `expected 4 octets of a vendor's number; found ${value.length}`),
    ];
  }
  const vendor = numberOf(value);
  if (split.kind !== "split" || split.attributes.length === 0) {
    const why = "expected attributes of a type, a length and a value after the vendor's number; found others";
    return [malformed({ name: "Attr-26", vendor: vendorName(vendor) }, value, why)];
  }
  return split.attributes.map(({ number, value }) => {
    const definition = definitionAt(vendor, String(number));
    const unknown = {
      name: `Attr-26.${vendor}.${number}`,
      vendor: { name: vendorName(vendor), number: vendor },
      type: "octets",
    } as const;
    return decodeNamed(definition ?? unknown, value, hiding);
  });
}

/** A vendor's number, its type and the value (RFC 6929 section 2.4). The dictionaries have no such attribute. */
function extendedVendor(path: string, value: Uint8Array): Attribute {
  if (value.length < 5) {
    return malformed(
      { name: `Attr-${path}` },
      value,
      `expected 5 octets of a vendor and type; found ${value.length}`,
    );
  }
  const vendor = numberOf(value);
  const unknown = {
    name: `Attr-${path}.${vendor}.${value[4]}`,
    vendor: { name: vendorName(vendor), number: vendor },
  };
  if (value.length === 5) {
    const names = { name: unknown.name, vendor: unknown.vendor.name };
    return malformed(names, value.subarray(5), "expected a value; found 0 octets");
  }
  return decodeNamed({ ...unknown, type: "octets" }, value.subarray(5), undefined);
}

function numberOf(octets: Uint8Array): number {
  return new DataView(octets.buffer, octets.byteOffset).getUint32(0);
}
