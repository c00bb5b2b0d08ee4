import { z } from "zod";

/**
 * A vulnerability in a module that a program uses in part. Our programs have no symbol table, so govulncheck cannot
 * decide whether they contain the vulnerable package. `go list -deps` can.
 */
export interface Finding {
  /** The id in the Go vulnerability database: https://pkg.go.dev/vuln/<id>. */
  readonly id: string;
  readonly program: string;
  readonly module: string;
  readonly version: string;
  /** The first version without it; undefined when there is none. */
  readonly fixedBy: string | undefined;
}

/** One message of `govulncheck -format json` (https://pkg.go.dev/golang.org/x/vuln/internal/govulncheck). */
const message = z.object({
  finding: z
    .object({
      osv: z.string(),
      fixed_version: z.string().optional(),
      trace: z.tuple([z.object({ module: z.string(), version: z.string().optional() })], z.unknown()),
    })
    .optional(),
});

/**
 * The findings of govulncheck in a program, each vulnerability of a module once, ordered by id. Its output is a
 * sequence of JSON objects, and repeats a vulnerability for every package and symbol.
 */
export function parseFindings(program: string, output: string): Finding[] {
  const found = new Map<string, Finding>();
  for (const { finding } of z.array(message).parse(jsonSequence(output))) {
    if (finding === undefined) continue;
    const { osv: id, trace, fixed_version: fixedBy } = finding;
    const { module, version = "" } = trace[0];
    found.set(`${id} ${module}`, { id, program, module, version, fixedBy });
  }
  return [...found.values()].toSorted((one, other) => one.id.localeCompare(other.id));
}

/** Splits indented objects: each ends with a brace in the first column. */
function jsonSequence(output: string): unknown[] {
  return output
    .split(/(?<=^\}$)/m)
    .filter((text) => text.trim() !== "")
    .map((text) => JSON.parse(text));
}
