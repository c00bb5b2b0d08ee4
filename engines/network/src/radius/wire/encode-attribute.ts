import type { Attribute } from "../attributes/attribute.ts";
import { refuseValue } from "../attributes/refuse-value.ts";
import { hidePassword } from "../crypto/hide-password.ts";
import { hideWithSalt } from "../crypto/tunnel-password.ts";
import type { Details } from "../data/format/dictionary.ts";
import { definitionOf } from "../dictionary/definition.ts";
import { concat } from "../octets/concat.ts";
import { encodeNamed } from "../values/encode-named.ts";
import type { Hiding } from "../values/hiding.ts";
import { longestPassword } from "../values/longest-password.ts";
import { isLongExtended } from "./join-fragments.ts";
import { type Place, placeOf } from "./place.ts";

/** The inputs that hide values to send, with a salt that is unique in the packet. */
export interface WritingHiding extends Hiding {
  salt(): Uint8Array;
}

/**
 * An attribute in the form of a packet: one attribute, or several if it is split.
 * @throws NetworkFault ATTRIBUTE_INVALID for an attribute that contradicts the dictionaries, or is too long.
 */
export function encodeAttribute(attribute: Attribute, hiding: WritingHiding): Uint8Array {
  const details: Details = definitionOf(attribute.name) ?? {};
  const place = placeOf(attribute);
  const { tag, value } = encodeNamed(attribute, details);
  const shown = attribute.malformed === undefined ? hide(attribute, value, details, hiding) : value;
  const octets = withVendor(place, concat(tag, shown));
  const most = 253 - headerOf(place, false).length;
  if (octets.length > most && !isLongExtended(place.number) && details.joined !== true) {
    const found = `${octets.length}, with the octets before the value`;
    throw refuseValue(attribute.name, `at most ${most} octets`, found, "write fewer");
  }
  const parts = chunks(octets, most);
  return concat(
    ...parts.map((part, index) => {
      const header = headerOf(place, index < parts.length - 1);
      return concat(Uint8Array.of(place.number, 2 + header.length + part.length, ...header), part);
    }),
  );
}

/** The second number; for long attributes also the More flag (RFC 6929 sections 2.1 and 2.2). */
function headerOf({ number, extended }: Place, more: boolean): readonly number[] {
  if (extended === undefined) return [];
  return isLongExtended(number) ? [extended, more ? 0x80 : 0] : [extended];
}

function withVendor({ vendor, inner }: Place, value: Uint8Array): Uint8Array {
  const length = inner ? [value.length + 2] : [];
  return concat(Uint8Array.of(...vendor, ...length), value);
}

/** Parts with a maximum number of octets; one empty part for no octets. */
function chunks(octets: Uint8Array, most: number): readonly Uint8Array[] {
  const count = Math.max(1, Math.ceil(octets.length / most));
  return Array.from({ length: count }, (_, index) => octets.subarray(index * most, (index + 1) * most));
}

function hide({ name }: Attribute, value: Uint8Array, details: Details, hiding: WritingHiding): Uint8Array {
  const { secret, authenticator } = hiding;
  if (details.hidden === undefined) return value;
  if (details.hidden === "tunnel-password") return hideWithSalt(value, secret, authenticator, hiding.salt());
  if (value.length > longestPassword)
    throw refuseValue(name, `at most ${longestPassword} octets`, `${value.length}`, "write fewer");
  return hidePassword(value, secret, authenticator);
}
