import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { checkout } from "../machine/directories.ts";
import type { Part } from "./parts.ts";

const vitest = join(checkout, "node_modules/vitest/vitest.mjs");
const reports = join(checkout, "coverage/parts");

/**
 * Runs all parts to their end, those of the cluster after the others, then reports all of them as one run: coverage,
 * times, failures and the closing line.
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
  const of = (lane: Part["lane"]) => parts.filter((part) => part.lane === lane);
  const outcomes = await Promise.all([runLane(of("one")), runLane(of("two"))]);
  if (of("cluster").length > 0) {
    await bringUpCluster();
    outcomes.push(await runLane(of("cluster")));
  }
  const unreported = parts.find((part) => !existsSync(reportOf(part)));
  if (unreported !== undefined)
    throw new Error(`Expected a report of the tests "${unreported.name}", found none: see their output`);
  const all = [
    `--merge-reports=${join(reports, "results")}`,
    "--coverage",
    `--coverage.thresholds.lines=${requiredCoverage}`,
    "--reporter=./harness/closing-line.ts",
  ];
  return (await vitestPasses(all)) && outcomes.every((passed) => passed);
}

/** Runs the parts one after the other. @returns whether all of them passed. */
async function runLane(parts: readonly Part[]): Promise<boolean> {
  let passed = true;
  for (const part of parts) passed = (await vitestPasses(argumentsOf(part))) && passed;
  return passed;
}

function argumentsOf(part: Part): string[] {
  const coverage = [
    "--coverage",
    // The coverage of all parts together is reported and checked at the end.
    "--coverage.reporter=json-summary",
    `--coverage.reportsDirectory=${join(reports, "coverage", part.name)}`,
  ];
  return [
    "run",
    ...part.projects.map((project) => `--project=${project}`),
    // The cluster's tests run little of the measured code in their own process.
    ...(part.lane === "cluster" ? [] : coverage),
    "--reporter=default",
    "--reporter=blob",
    `--outputFile.blob=${reportOf(part)}`,
  ];
}

function reportOf(part: Part): string {
  return join(reports, "results", `${part.name}.json`);
}

/** Runs Vitest with the output of this process. @returns whether it ended without a failure. */
async function vitestPasses(options: readonly string[]): Promise<boolean> {
  const { exitCode } = await execa(process.execPath, [vitest, ...options], {
    cwd: checkout,
    stdio: "inherit",
    reject: false,
  });
  return exitCode === 0;
}
