import { NetworkFault } from "../../network-fault.ts";
import type { Attribute, GivenValue } from "../attributes/attribute.ts";
import { refuseValue } from "../attributes/refuse-value.ts";
import { valueExamples } from "../attributes/value-examples.ts";
import { allDefinitions, type Definition, definitionOf } from "../dictionary/definition.ts";
import { encodeNamed } from "./encode-named.ts";
import { isOfType } from "./is-of-type.ts";

/**
 * An attribute by its name in the dictionaries: `attribute("Session-Timeout", 3600)`, `attribute("Service-Type",
 * "Framed-User")`, `attribute("Tunnel-Type", "L2TP", 1)`. An attribute in no dictionary has octets:
 * `attribute("Attr-26.32473.1", octets)`.
 * @throws NetworkFault ATTRIBUTE_INVALID for an unknown name, a value that does not match its type or does not fit,
 * and a tag of an untagged attribute; ADDRESS_INVALID, PREFIX_INVALID, MAC_INVALID for such values.
 */
export function attribute(name: string, value: GivenValue, tag?: number): Attribute {
  const definition = meaningOf(name);
  const { type, vendor, numbers, labels } = definition;
  const meant = typeof value === "string" ? (numbers.get(value) ?? value) : value;
  if (!isOfType(type, meant)) {
    const names = [...numbers.keys()].slice(0, 4).join(", ");
    const instead = names === "" ? "write one" : `write one, or a name such as ${names}`;
    throw refuseValue(name, valueExamples[type], describe(value), instead);
  }
  const label = typeof meant === "number" ? labels.get(meant) : undefined;
  const built = {
    name,
    ...(vendor === undefined ? {} : { vendor: vendor.name }),
    ...(tag === undefined ? {} : { tag }),
    ...(label === undefined ? {} : { label }),
    type,
    value: meant,
  } as Attribute;
  encodeNamed(built, definition);
  return built;
}

/**
 * The definition of a name, such as `Framed-IP-Address`, or `Attr-26.32473.1` for an attribute in no dictionary.
 * @throws NetworkFault ATTRIBUTE_INVALID for any other name, with the similar name that exists.
 */
export function meaningOf(name: string): Definition {
  return definitionOf(name) ?? unnamed(name);
}

function unnamed(name: string): Definition {
  if (/^Attr(-\d+)(\.\d+)*$/.test(name)) {
    return { name, path: [], type: "octets", numbers: new Map(), labels: new Map() };
  }
  throw new NetworkFault(
    "ATTRIBUTE_INVALID",
    `expected the name of an attribute, such as "Framed-IP-Address" or "Attr-26.32473.1"; found ${JSON.stringify(name)}: write ${resembling(name) ?? "one that a dictionary has"}`,
    ["name"],
  );
}

/** The name that differs only in capitals and hyphens. */
function resembling(name: string): string | undefined {
  const letters = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return allDefinitions().find((one) => letters(one.name) === letters(name))?.name;
}

function describe(value: GivenValue): string {
  if (value instanceof Uint8Array) return `${value.length} octets`;
  if (typeof value === "object") return "a list";
  return typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
}
