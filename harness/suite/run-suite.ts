import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { checkout } from "../machine/directories.ts";
import type { Part } from "./parts.ts";

const vitest = join(checkout, "node_modules/vitest/vitest.mjs");
const reports = join(checkout, "coverage/parts");

/**
 * Runs the parts one after the other, each to its end, then reports all of them as one run: coverage, times, failures
 * and the closing line.
 * @param requiredCoverage is the percentage of lines that the tests of these parts must run.
 * @param bringUpCluster is called before the first part that uses a cluster.
 * @returns whether every test of every part has passed and the coverage is high enough.
 * @throws when a part ends without a report, because Vitest or a set-up broke.
 */
export async function runSuite(
  parts: readonly Part[],
  requiredCoverage: number,
  bringUpCluster: () => Promise<void>,
): Promise<boolean> {
  await rm(reports, { recursive: true, force: true });
  let clusterRuns = false;
  let passed = true;
  for (const part of parts) {
    if (part.cluster && !clusterRuns) {
      await bringUpCluster();
      clusterRuns = true;
    }
    console.log(`\nTests: ${part.name}`);
    passed = (await vitestEnds(partArguments(part))) && passed;
    if (!existsSync(reportOf(part)))
      throw new Error(`Expected a report of the tests "${part.name}", found none; their output says why`);
  }
  const all = [
    `--merge-reports=${join(reports, "results")}`,
    "--coverage",
    `--coverage.thresholds.lines=${requiredCoverage}`,
    "--reporter=./harness/closing-line.ts",
  ];
  return (await vitestEnds(all)) && passed;
}

function partArguments(part: Part): string[] {
  const coverage = [
    "--coverage",
    // The coverage of all parts together is reported and checked at the end.
    "--coverage.thresholds.lines=0",
    "--coverage.reporter=json-summary",
    `--coverage.reportsDirectory=${join(reports, "coverage", part.name)}`,
  ];
  return [
    "run",
    ...part.projects.map((project) => `--project=${project}`),
    // By itself Vitest leaves one core idle, which is half of a small machine.
    "--maxWorkers=100%",
    ...(part.cluster ? [] : coverage),
    "--reporter=default",
    "--reporter=blob",
    `--outputFile.blob=${reportOf(part)}`,
  ];
}

function reportOf(part: Part): string {
  return join(reports, "results", `${part.name}.json`);
}

/** Runs Vitest with the output of this process. @returns whether it ended without a failure. */
async function vitestEnds(options: readonly string[]): Promise<boolean> {
  const { exitCode } = await execa(process.execPath, [vitest, ...options], {
    cwd: checkout,
    stdio: "inherit",
    reject: false,
  });
  return exitCode === 0;
}
