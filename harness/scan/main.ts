import type { Progress } from "../machine/progress.ts";
import { ProgressThrottle } from "../machine/progress-throttle.ts";
import { findingsTable } from "./findings-table.ts";
import { imageScanner } from "./image-scanner.ts";
import { npmAudit } from "./packages/npm-audit.ts";
import { productionPackages, readLock } from "./packages/production-packages.ts";
import { packageFaults, readReviewedPackages } from "./packages/reviewed-packages.ts";
import { findingFaults, readReviewedFindings } from "./reviewed-findings.ts";
import { writeBills } from "./sbom.ts";
import { scanPrograms } from "./scan-programs.ts";
import { vulnerabilityDatabase } from "./vulnerability-database.ts";

const show: Progress = (message) => console.error(`› ${message}`);
using throttle = process.stderr.isTTY ? undefined : new ProgressThrottle();
const progress = throttle?.throttle(show) ?? show;

const commands: Readonly<Record<string, () => Promise<void>>> = {
  /** Known vulnerabilities of everything that we build or ship. */
  async scan() {
    const database = await vulnerabilityDatabase(progress);
    const findings = await scanPrograms(database, progress);
    console.log(
      `Go programs, by ${database.version} of Go's vulnerability database:\n${findingsTable(findings)}\n`,
    );
    const audit = await npmAudit();
    console.log(audit.summary);
    console.log(await imageScanner());
    const today = new Date().toISOString().slice(0, 10);
    report([
      ...findingFaults([...findings.values()].flat(), await readReviewedFindings(), today),
      ...packageFaults(productionPackages(await readLock()), await readReviewedPackages()),
      ...audit.advisories,
    ]);
  },

  /** The content of each image, for its users. */
  async sbom() {
    for (const { file, packages } of await writeBills(progress)) console.log(`${file}  ${packages} packages`);
  },
};

function report(toDo: readonly string[]): void {
  if (toDo.length === 0) {
    console.log("Nothing new: every finding is reviewed.");
    return;
  }
  console.error(`\nTo do (${toDo.length}):\n  ${toDo.join("\n  ")}`);
  process.exitCode = 1;
}

const name = process.argv[2] ?? "";
const command = commands[name];
if (command === undefined) {
  console.error(`"${name}" is no command; there are ${Object.keys(commands).join(", ")}.`);
  process.exitCode = 1;
} else await command();
