/** Where in an input a value is: names of fields and places in lists. */
export type Path = readonly (string | number)[];

/** A path as people write it: `subscriptions[0].terms.price`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}
