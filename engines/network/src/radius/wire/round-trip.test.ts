import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { MacAddress } from "../../ipam/addresses/mac-address.ts";
import { Prefix } from "../../ipam/blocks/prefix.ts";
import type { GivenValue, ValueType } from "../attributes/attribute.ts";
import { allDefinitions, type Definition, definitionAt } from "../dictionary/definition.ts";
import { throughThePacket } from "../testing/packets.ts";
import { attribute } from "../values/build-attribute.ts";

const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const bits = (count: bigint) => fc.bigInt({ min: 0n, max: (1n << count) - 1n });

const values: Readonly<Record<Exclude<ValueType, "tlv">, fc.Arbitrary<GivenValue>>> = {
  text: fc.string({ minLength: 1, maxLength: 60, unit: "grapheme-ascii" }),
  octets: fc.uint8Array({ minLength: 1, maxLength: 200 }),
  byte: fc.integer({ min: 0, max: 255 }),
  short: fc.integer({ min: 0, max: 65535 }),
  integer: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  signed: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  integer64: bits(64n),
  date: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  ipv4: bits(32n).map((value) => IPAddress.of(4, value).toString()),
  ipv6: bits(128n).map((value) => IPAddress.of(6, value).toString()),
  "ipv4-prefix": fc
    .tuple(bits(32n), fc.integer({ min: 0, max: 32 }))
    .map(([value, length]) => Prefix.containing(IPAddress.of(4, value), length).toString()),
  "ipv6-prefix": fc
    .tuple(bits(128n), fc.integer({ min: 0, max: 128 }))
    .map(([value, length]) => Prefix.containing(IPAddress.of(6, value), length).toString()),
  "interface-id": octets(8).map((eight) =>
    [0, 2, 4, 6].map((at) => ((eight[at] ?? 0) * 256 + (eight[at + 1] ?? 0)).toString(16)).join(":"),
  ),
  ethernet: bits(48n).map((value) => MacAddress.of(value).toString()),
};

function given({ type, tagged, length, path, vendor }: Definition): fc.Arbitrary<GivenValue> {
  if (type === "tlv") {
    const child = definitionAt(vendor?.number, [...path, 1].join("."));
    return fc.constant(
      child === undefined ? [] : [attribute(child.name, child.type === "octets" ? Uint8Array.of(5) : 5)],
    );
  }
  if (length !== undefined) return octets(length);
  return type === "integer" && tagged ? fc.integer({ min: 0, max: 0xffffff }) : values[type];
}

/** The attributes that are not inside another. */
const standingAlone = allDefinitions().filter(({ name, path, vendor }) => {
  const numbers = vendor === undefined && (path[0] ?? 0) >= 241 ? 2 : 1;
  return path.length === numbers && name !== "Message-Authenticator";
});

describe("an attribute", () => {
  it("of any dictionary is read from a packet as it was written", () => {
    for (const definition of standingAlone) {
      fc.assert(
        fc.property(given(definition), fc.integer({ min: 1, max: 31 }), (value, tag) => {
          const built = attribute(definition.name, value, definition.tagged ? tag : undefined);
          const current = definitionAt(definition.vendor?.number, definition.path.join("."));
          expect(throughThePacket([built])).toEqual([{ ...built, name: current?.name }].map(withLabelOf));
        }),
        { ...runs(5), numRuns: Math.min(5, runs(5).numRuns) },
      );
    }
  });

  it("keeps its place among others", () => {
    const sorted = [
      attribute("Mikrotik-Rate-Limit", "10M/20M"),
      attribute("User-Name", "b"),
      attribute("Class", Uint8Array.of(1)),
      attribute("User-Name", "a"),
      attribute("Mikrotik-Rate-Limit", "1M/2M"),
    ];
    expect(throughThePacket(sorted)).toEqual(sorted);
  });
});

/** An old name of a number may have other value names than the name that is read. */
function withLabelOf<Read extends { readonly name?: string | undefined; readonly value: unknown }>(
  one: Read,
) {
  const { label: _, ...rest } = one as Read & { readonly label?: string };
  const definition = standingAlone.find(({ name }) => name === one.name);
  const label = typeof one.value === "number" ? definition?.labels.get(one.value) : undefined;
  return label === undefined ? rest : { ...rest, label };
}
