import { execa } from "execa";
import { clusterPrograms } from "../binaries/builds.ts";
import { cachedBinary } from "../binaries/cached-binary.ts";
import { goToolchain } from "../binaries/go-arguments.ts";
import type { Progress } from "../machine/progress.ts";
import { type Finding, parseFindings } from "./findings.ts";
import type { VulnerabilityDatabase } from "./vulnerability-database.ts";

/** Every Go program that we build for a cluster. Programs that are not in the cache are built first. */
export const scannedPrograms: readonly string[] = clusterPrograms.flatMap(({ outputs }) => outputs);

/** The known vulnerabilities of every program, by its linked modules. */
export async function scanPrograms(
  database: VulnerabilityDatabase,
  progress: Progress,
): Promise<Map<string, Finding[]>> {
  const scanner = await cachedBinary("govulncheck", progress);
  const findings = new Map<string, Finding[]>();
  for (const [done, program] of scannedPrograms.entries()) {
    const binary = await cachedBinary(program, progress);
    progress(`${done + 1} of ${scannedPrograms.length}: ${program}`);
    const args = ["-mode=binary", "-format=json", `-db=${database.url}`, binary];
    const { stdout } = await execa(scanner, args, { env: { GOTOOLCHAIN: goToolchain } });
    findings.set(program, parseFindings(program, stdout));
  }
  return findings;
}
