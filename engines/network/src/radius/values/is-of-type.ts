import type { GivenValue, ValueType } from "../attributes/attribute.ts";

const numbers: readonly ValueType[] = ["byte", "short", "integer", "signed", "date"];

/** Whether a value has the JavaScript type of an attribute's type. The range is not checked. */
export function isOfType(type: ValueType, value: GivenValue): boolean {
  if (type === "octets") return value instanceof Uint8Array;
  if (type === "tlv") return Array.isArray(value);
  if (type === "integer64") return typeof value === "bigint";
  return typeof value === (numbers.includes(type) ? "number" : "string");
}
