import type { Finding } from "./findings.ts";

/**
 * One line per program: the number of vulnerabilities in its modules, and for each module the version that fixes them,
 * with the number that it fixes.
 */
export function findingsTable(findings: ReadonlyMap<string, readonly Finding[]>): string {
  const rows = [...findings].map(([program, found]) => [program, String(found.length), mendedBy(found)]);
  return columns([["PROGRAM", "FINDINGS", "MENDED BY"], ...rows]);
}

/** The highest fixed version of each module, and the number of findings without a fix. */
function mendedBy(findings: readonly Finding[]): string {
  const byModule = Map.groupBy(findings, ({ module }) => module);
  return [...byModule]
    .map(([module, found]) => {
      const versions = found.flatMap(({ fixedBy }) => fixedBy ?? []).toSorted(byVersion);
      const open = found.length - versions.length;
      return [
        ...(versions.length > 0 ? [`${module} ${versions.at(-1)} (${versions.length})`] : []),
        ...(open > 0 ? [`${module}: ${open} without a fix`] : []),
      ].join(", ");
    })
    .join("; ");
}

function byVersion(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
