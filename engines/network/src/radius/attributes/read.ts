import type { Attribute, ValueOfType, ValueType } from "./attribute.ts";

/** The attributes of a name, in their order; those with a malformed value are treated as absent. */
export function attributesNamed(attributes: readonly Attribute[], name: string): readonly Attribute[] {
  return attributes.filter((one) => one.name === name && one.malformed === undefined);
}

/** The value of the first attribute of a name, of the requested type; undefined if there is none. */
export function firstValue<Type extends ValueType>(
  attributes: readonly Attribute[],
  name: string,
  type: Type,
): ValueOfType[Type] | undefined {
  const first = attributesNamed(attributes, name)[0];
  return first?.type === type ? (first.value as ValueOfType[Type]) : undefined;
}

/** The name of the first value of an attribute, such as `Start` of Acct-Status-Type. */
export function labelOf(attributes: readonly Attribute[], name: string): string | undefined {
  return attributesNamed(attributes, name)[0]?.label;
}
