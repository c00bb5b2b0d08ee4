import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import type { Attribute } from "../attributes/attribute.ts";
import { refuseValue } from "../attributes/refuse-value.ts";
import { valueExamples } from "../attributes/value-examples.ts";
import type { Details } from "../data/format/dictionary.ts";
import { fullPath } from "../dictionary/full-path.ts";
import { concat } from "../octets/concat.ts";
import { encodeValue } from "./encode-value.ts";

/** The tag and the octets of a value, before the value is hidden. */
export interface EncodedValue {
  readonly tag: Uint8Array;
  readonly value: Uint8Array;
}

/**
 * The octets of an attribute's value.
 * @throws NetworkFault ATTRIBUTE_INVALID for a value that does not match its type, and a tag of an untagged
 * attribute.
 */
export function encodeNamed(attribute: Attribute, details: Details): EncodedValue {
  if (attribute.malformed !== undefined) return { tag: new Uint8Array(), value: octetsOf(attribute) };
  const octets = octetsOf(attribute);
  if (details.length !== undefined && octets.length !== details.length) {
    throw refuseValue(attribute.name, `${details.length} octets`, `${octets.length}`, "write as many");
  }
  if (octets.length === 0 && details.hidden === undefined && details.joined !== true)
    throw valueless(attribute);
  refuseTag(attribute, details);
  return details.tagged ? withTag(attribute, octets, details) : { tag: new Uint8Array(), value: octets };
}

/** RFC 2865 section 5: an empty text or string is not sent. EAP-Message may be empty (RFC 3579 section 2.1). */
function valueless({ name }: Attribute): Error {
  return refuseValue(name, "a value of one octet or more", "an empty one", "leave the attribute out");
}

function octetsOf(attribute: Attribute): Uint8Array {
  const octets = attribute.type === "tlv" ? tlvOctets(attribute, attribute.value) : plainOctets(attribute);
  if (octets !== undefined) return octets;
  const value = JSON.stringify(attribute.value, (_, one) => (typeof one === "bigint" ? `${one}n` : one));
  throw refuseValue(attribute.name, valueExamples[attribute.type], value, "write one");
}

function plainOctets({ type, value }: Exclude<Attribute, { readonly type: "tlv" }>): Uint8Array | undefined {
  return encodeValue(type, value as never);
}

function tlvOctets(parent: Attribute, children: readonly Attribute[]): Uint8Array | undefined {
  if (children.length === 0) return undefined;
  return concat(...children.map((child) => childOctets(parent, child)));
}

/** An attribute inside another: its last number, its length, its value (RFC 6929 section 2.3). */
function childOctets(parent: Attribute, child: Attribute): Uint8Array {
  const path = fullPath(child.name);
  const around = fullPath(parent.name);
  const belongs =
    path.length === around.length + 1 && around.every((number, index) => number === path[index]);
  if (!belongs) throw refuseValue(parent.name, "attributes that belong in it", child.name, "leave it out");
  const value = octetsOf(child);
  if (value.length === 0) throw valueless(child);
  if (value.length > 253)
    throw refuseValue(child.name, "at most 253 octets", `${value.length}`, "write fewer");
  return concat(Uint8Array.of(path.at(-1) ?? 0, value.length + 2), value);
}

function refuseTag({ name, tag }: Attribute, { tagged }: Details): void {
  if (tag === undefined) return;
  if (!tagged) throw refuseValue(name, "no tag", `${tag}`, "leave it out");
  if (!isWholeWithin(tag, 1, 31)) {
    throw refuseValue(name, "a tag from 1 to 31", `${tag}`, "choose another, or leave it out");
  }
}

/**
 * RFC 2868 sections 3.1, 3.3 and 3.5. A text without a tag gets a tag of 0 only if its first octet would read as a
 * tag.
 */
function withTag({ name, type, tag = 0 }: Attribute, octets: Uint8Array, { hidden }: Details): EncodedValue {
  const own = Uint8Array.of(tag);
  if (type === "integer") {
    if (octets[0] === 0) return { tag: own, value: octets.subarray(1) };
    throw refuseValue(
      name,
      "a whole number from 0 to 16777215",
      "a greater one",
      "three octets follow the tag",
    );
  }
  const needed = tag !== 0 || hidden !== undefined || (octets[0] ?? 0) <= 31;
  return { tag: needed ? own : new Uint8Array(), value: octets };
}
