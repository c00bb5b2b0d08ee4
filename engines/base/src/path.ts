/** The path of a value in an input: names of fields and indexes of lists. */
export type Path = readonly (string | number)[];

/** A path as text: `subscriptions[0].terms.price`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}
