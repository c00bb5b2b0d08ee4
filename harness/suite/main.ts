import { execa } from "execa";
import { buildBinaries } from "../binaries/build-binaries.ts";
import { clusterPrograms } from "../binaries/builds.ts";
import { checkout } from "../machine/directories.ts";
import { reportFailure } from "../machine/remedy.ts";
import { runSteps } from "../up/run-steps.ts";
import { namedParts } from "./parts.ts";
import { runSuite } from "./run-suite.ts";

/** Brings the cluster up as `make up` does. @throws when it fails. */
async function bringUpCluster(): Promise<void> {
  await execa(process.execPath, ["harness/main.ts", "up"], { cwd: checkout, stdio: "inherit" });
}

async function main(names: readonly string[]): Promise<void> {
  const parts = namedParts(names);
  await runSteps([
    { title: "Programs of the servers", run: (progress) => buildBinaries(clusterPrograms, progress) },
  ]);
  const requiredCoverage = names.length === 0 ? 90 : 0;
  if (!(await runSuite(parts, requiredCoverage, bringUpCluster))) process.exitCode = 1;
}

main(process.argv.slice(2)).catch(reportFailure);
