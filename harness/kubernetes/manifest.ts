import { readFile } from "node:fs/promises";
import { join } from "node:path";

const folder = import.meta.dirname;

/**
 * A manifest of the harness, by its path from this folder, with each `${NAME}` filled in.
 * @throws an Error that names a missing value.
 */
export async function manifest(file: string, values: Readonly<Record<string, string>> = {}): Promise<string> {
  const text = await readFile(join(folder, file), "utf8");
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${file} needs a value for ${name}.`);
    return value;
  });
}
