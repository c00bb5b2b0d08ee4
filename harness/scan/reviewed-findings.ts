import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import type { Finding } from "./findings.ts";

const date = z.iso.date();

/** Findings that a person has reviewed, with one reason for all of them. */
const group = z.strictObject({
  programs: z.array(z.string()).min(1),
  /** Why they may stay: not reachable, with the evidence; or accepted, with the condition that ends it. */
  reason: z.string().min(20),
  /** The last day on which the reason counts. */
  until: date,
  /** Go module (or `stdlib`) → ids of the Go vulnerability database. */
  modules: z.record(z.string(), z.array(z.string().regex(/^GO-\d{4}-\d+$/)).min(1)),
});

const list = z.array(group);

export type ReviewedFindings = z.infer<typeof list>;

/** @throws ZodError that names the invalid entry. */
export async function readReviewedFindings(): Promise<ReviewedFindings> {
  const file = new URL("reviewed-findings.yaml", import.meta.url);
  return list.parse(parse(await readFile(file, "utf8")));
}

/**
 * The faults of the list, each with its remedy: one line for each finding without a review, for each entry that is no longer found, and for
 * each expired one. Empty when the list matches the findings.
 */
export function findingFaults(
  findings: readonly Finding[],
  reviewed: ReviewedFindings,
  today: string,
): string[] {
  const entries = reviewed.flatMap(entriesOf);
  const known = new Set(entries.map(keyOf));
  const found = new Set(findings.map(keyOf));
  return [
    ...findings.filter((finding) => !known.has(keyOf(finding))).map(newFinding),
    ...entries
      .filter((entry) => !found.has(keyOf(entry)))
      .map(
        ({ program, module, id }) => `${program}: ${id} (${module}) is no longer found. Remove its entry.`,
      ),
    ...reviewed
      .filter(({ until }) => until < today)
      .map(
        ({ programs, until, reason }) =>
          `${programs.join(", ")}: the review "${reason.trim()}" counted until ${until}. Review it again.`,
      ),
  ];
}

function newFinding({ program, module, id, version, fixedBy }: Finding): string {
  const mend = fixedBy ? `${fixedBy} mends it` : "no version mends it yet";
  return `${program}: ${id} in ${module} ${version} is new; ${mend}. Update the module, or add a reviewed entry. https://pkg.go.dev/vuln/${id}`;
}

function entriesOf({ programs, modules }: ReviewedFindings[number]) {
  return programs.flatMap((program) =>
    Object.entries(modules).flatMap(([module, ids]) => ids.map((id) => ({ program, module, id }))),
  );
}

function keyOf({ program, module, id }: Pick<Finding, "program" | "module" | "id">): string {
  return `${program} ${module} ${id}`;
}
