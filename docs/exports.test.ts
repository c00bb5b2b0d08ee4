import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout, trackedFiles } from "./imports/sources.ts";

interface Source {
  readonly file: string;
  readonly text: string;
}

describe("exports", () => {
  it("are each imported by another file", () => {
    const sources = trackedSources();
    expect(sources.length).toBeGreaterThan(1_000);
    expect(needlessExports(sources)).toEqual([]);
  });

  it("count as unused if only their own file uses them", () => {
    const own = { file: "a/own.ts", text: "export const used = 1;\nexport const unused = used;\n" };
    const other = { file: "b.ts", text: 'import { used } from "./a/own.ts";\n' };
    expect(needlessExports([own, other])).toEqual(["a/own.ts: unused"]);
  });

  it.each([
    'import { one as two } from "./own.ts";',
    'import {\n  type one,\n  two,\n} from "./own.ts";',
    'export { one } from "./own.ts";',
    'export * from "./own.ts";',
    'import * as own from "./own.ts";',
    'const { one } = await import("./own.ts");',
  ])("count as used by %s", (text) => {
    const own = { file: "own.ts", text: "export function one() {}\n" };
    expect(needlessExports([own, { file: "b.ts", text }])).toEqual([]);
  });
});

/** The exports that no other file imports, as `file: name`. */
function needlessExports(sources: readonly Source[]): string[] {
  const needed = new Map<string, Set<string>>();
  for (const { file, names } of sources.flatMap(importsOf))
    needed.set(file, new Set([...(needed.get(file) ?? []), ...names]));
  return sources.flatMap(({ file, text }) => {
    const names = needed.get(file) ?? new Set();
    if (names.has("*")) return [];
    return exportsOf(text)
      .filter((name) => !names.has(name))
      .map((name) => `${file}: ${name}`);
  });
}

/** The exported values. An exported type may serve to read the type of a value, so it needs no importer. */
function exportsOf(text: string): string[] {
  const declared = text.matchAll(
    /^export (?:abstract )?(?:async )?(?:const|let|class|enum|function\*?) (\w+)/gm,
  );
  return [...declared].map(([, name = ""]) => name);
}

/** The names that a source imports or exports again from another file; `*` for all. */
function importsOf({ file, text }: Source): { file: string; names: readonly string[] }[] {
  const target = (specifier: string) => normalize(join(dirname(file), specifier));
  const named = [
    ...text.matchAll(/\b(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"(\.{1,2}\/[^"]+)"/g),
  ].map(([, list = "", specifier = ""]) => ({ file: target(specifier), names: importedNames(list) }));
  const whole = [...text.matchAll(/(?:\*(?:\s+as\s+\w+)?\s+from|\bimport\()\s*"(\.{1,2}\/[^"]+)"/g)].map(
    ([, specifier = ""]) => ({ file: target(specifier), names: ["*"] }),
  );
  return [...named, ...whole];
}

function importedNames(list: string): string[] {
  return [...list.matchAll(/(?:^|,)\s*(?:type\s+)?(\w+)/g)].map(([, name = ""]) => name);
}

function trackedSources(): Source[] {
  return trackedFiles()
    .filter((file) => /\.(ts|mjs)$/.test(file) && !file.endsWith(".generated.ts"))
    .map((file) => ({ file, text: readFileSync(join(checkout, file), "utf8") }));
}
