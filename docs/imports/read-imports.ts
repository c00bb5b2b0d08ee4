import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { checkout, sourcesOf, trackedFiles } from "./sources.ts";

/** An import of one file of this repository by another. */
export interface Import {
  readonly from: string;
  readonly line: number;
  readonly to: string;
  /** Whether it is `import type` or `export type`, which is erased before the program runs. */
  readonly typeOnly: boolean;
}

/** The imports of all sources. */
export function readImports(): Import[] {
  return sourcesOf(trackedFiles()).flatMap((file) =>
    importsOf(file, readFileSync(join(checkout, file), "utf8")),
  );
}

/** The imports of one source: statements, `import type`, exports of another file, and `import()`. */
export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g)].map((match) => {
    const [found, specifier = ""] = match;
    const before = text.slice(0, match.index);
    return {
      from: file,
      line: (before + found).split("\n").length,
      to: normalize(join(dirname(file), specifier)),
      typeOnly: found.startsWith("from") && /^(?:import|export) type\b/.test(lastStatement(before)),
    };
  });
}

/** The text from the begin of the last statement that imports or exports. */
function lastStatement(text: string): string {
  return text.slice(Math.max(0, ...[...text.matchAll(/^(?:import|export)\b/gm)].map(({ index }) => index)));
}
