import type { Attribute } from "../attributes/attribute.ts";
import { revealBlocks } from "../crypto/hide-password.ts";
import { revealWithSalt } from "../crypto/tunnel-password.ts";
import { type Definition, definitionAt } from "../dictionary/definition.ts";
import { splitAttributes } from "../tlv/split-attributes.ts";
import { decodeValue } from "./decode-value.ts";
import { expectedOctets } from "./expected-octets.ts";
import type { Hiding } from "./hiding.ts";
import { longestPassword } from "./longest-password.ts";

/** The parts of a definition that are needed to read its value. Unknown attributes have only a name and "octets". */
export type Reading = Pick<Definition, "name" | "type" | "tagged" | "hidden" | "length"> & {
  readonly vendor?: { readonly name: string; readonly number: number };
  readonly path?: readonly number[];
  readonly labels?: ReadonlyMap<number, string>;
};

/** Decodes an attribute: splits off its tag, reveals a hidden value, and reads the value by its type. */
export function decodeNamed(reading: Reading, octets: Uint8Array, hiding: Hiding | undefined): Attribute {
  const names = namesOf(reading);
  const { tag, rest } = reading.tagged ? splitTag(reading, octets) : { tag: 0, rest: octets };
  if (rest === undefined) return malformed(names, octets, "expected a tag of 0 to 31; found another");
  const shown = reveal(reading, rest, hiding);
  if (typeof shown === "string") return malformed(names, octets, shown);
  if (reading.length !== undefined && shown.length !== reading.length) {
    return malformed(names, octets, `expected ${reading.length} octets; found ${shown.length}`);
  }
  const tagged = tag === 0 ? names : { ...names, tag };
  const { type } = reading;
  const value = type === "tlv" ? decodeTlv(reading, shown) : decodeValue(type, shown);
  if (value === undefined) {
    return malformed(names, octets, `expected ${expectedOctets[type]}; found ${shown.length} octets`);
  }
  const label = typeof value === "number" ? reading.labels?.get(value) : undefined;
  return { ...tagged, ...(label === undefined ? {} : { label }), type, value } as Attribute;
}

interface Names {
  readonly name: string;
  readonly vendor?: string;
}

/** An attribute that cannot be decoded, as octets (RFC 6929 section 2.8). */
export function malformed(names: Names, value: Uint8Array, why: string): Attribute {
  return { ...names, malformed: why, type: "octets", value };
}

function namesOf({ name, vendor }: Reading): Names {
  return vendor === undefined ? { name } : { name, vendor: vendor.name };
}

/**
 * Splits the tag from a value by RFC 2868. A number's first octet is its tag (section 3.1). A text's first octet is
 * a tag up to 31, and otherwise part of the text (section 3.3). Tunnel-Password always has a tag, which is ignored
 * beyond 31 (section 3.5). A tag of 0 means none.
 */
function splitTag({ type, hidden }: Reading, octets: Uint8Array): { tag: number; rest?: Uint8Array } {
  const tag = octets[0] ?? 0;
  const rest = octets.subarray(1);
  if (type === "integer") return tag > 31 ? { tag: 0 } : { tag, rest: Uint8Array.of(0, ...rest) };
  if (tag <= 31) return { tag, rest };
  return hidden === undefined ? { tag: 0, rest: octets } : { tag: 0, rest };
}

/** The revealed octets of a value, or the reason why they stay hidden. */
function reveal(reading: Reading, octets: Uint8Array, hiding: Hiding | undefined): Uint8Array | string {
  if (reading.hidden === undefined) return octets;
  if (hiding === undefined) return "expected the secret that reveals a hidden value; found none";
  const { secret, authenticator } = hiding;
  if (reading.hidden === "tunnel-password") {
    const why = `expected a salt and blocks of 16 octets, hidden with this secret; found ${octets.length} octets`;
    return revealWithSalt(octets, secret, authenticator) ?? why;
  }
  if (octets.length === 0 || octets.length % 16 !== 0) {
    return `expected blocks of 16 octets; found ${octets.length} octets`;
  }
  if (octets.length > longestPassword) {
    return `expected at most ${longestPassword} octets (RFC 2865 section 5.2); found ${octets.length} octets`;
  }
  const padded = revealBlocks(octets, secret, authenticator);
  return padded.subarray(0, reading.length ?? 1 + padded.findLastIndex((octet) => octet !== 0));
}

function decodeTlv({ vendor, path = [] }: Reading, octets: Uint8Array): readonly Attribute[] | undefined {
  const split = splitAttributes(octets);
  if (split.kind !== "split" || split.attributes.length === 0) return undefined;
  if (split.attributes.some(({ value }) => value.length === 0)) return undefined;
  return split.attributes.map(({ number, value }) => {
    const place = [...path, number].join(".");
    const around = vendor === undefined ? "" : `26.${vendor.number}.`;
    const unknown = { name: `Attr-${around}${place}`, ...(vendor && { vendor }), type: "octets" } as const;
    return decodeNamed(definitionAt(vendor?.number, place) ?? unknown, value, undefined);
  });
}
