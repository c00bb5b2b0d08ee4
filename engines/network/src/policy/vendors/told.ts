import type { Attribute } from "../../radius/attributes/attribute.ts";
import { policyFault } from "../terms/policy-fault.ts";
import type { Speed } from "../terms/speed.ts";

/** All values of an attribute, as texts. */
export function toldTexts(attributes: readonly Attribute[], name: string): readonly string[] {
  return attributes.filter((one) => one.name === name).map(({ value }) => String(value));
}

/**
 * The value of an attribute that may occur once; undefined if it is absent.
 * @throws NetworkFault POLICY_INVALID if it occurs twice.
 */
export function toldText(attributes: readonly Attribute[], name: string): string | undefined {
  const [first, second] = toldTexts(attributes, name);
  if (second === undefined) return first;
  throw policyFault(`${name} once`, `${first} and ${second}`, "leave one of them out");
}

/** The speeds in two attributes of bit/s, one per direction; 0 for an absent one. */
export function toldRates(attributes: readonly Attribute[], up: string, down: string): Speed {
  return { up: Number(toldText(attributes, up) ?? 0), down: Number(toldText(attributes, down) ?? 0) };
}
