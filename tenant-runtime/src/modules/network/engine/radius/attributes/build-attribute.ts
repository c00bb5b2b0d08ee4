import { NetworkFault } from "../../network-fault.ts";
import { definitionOf } from "../dictionary/definition.ts";
import type { Attribute, ValueOfType, ValueType } from "./attribute.ts";

/** The value of an attribute to be, or for a number with named values the name of one. */
export type GivenValue = ValueOfType[ValueType];

/**
 * An attribute by its name in the dictionaries: `attribute("Session-Timeout", 3600)`,
 * `attribute("Service-Type", "Framed-User")`, `attribute("Tunnel-Type", "L2TP", 1)`.
 * @throws NetworkFault ATTRIBUTE_INVALID for an unknown name, and for a value that is not of its type.
 */
export function attribute(name: string, value: GivenValue, tag?: number): Attribute {
  const definition = definitionOf(name);
  if (definition === undefined) {
    throw new NetworkFault(
      "ATTRIBUTE_INVALID",
      `expected the name of an attribute that a dictionary has, such as "Framed-IP-Address"; found "${name}"`,
    );
  }
  const { type, vendor, numbers, labels } = definition;
  const meant = typeof value === "string" ? (numbers.get(value) ?? value) : value;
  const label = typeof meant === "number" ? labels.get(meant) : undefined;
  return {
    name,
    ...(vendor === undefined ? {} : { vendor: vendor.name }),
    ...(tag === undefined ? {} : { tag }),
    ...(label === undefined ? {} : { label }),
    type,
    value: meant,
  } as Attribute;
}
