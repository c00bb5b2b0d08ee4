import { readFileSync } from "node:fs";
import { commands } from "./commands.ts";
import { helpText, overview } from "./help-text.ts";
import { runCommand } from "./run-command.ts";

const [name, ...options] = process.argv.slice(2);
const command = commands.find((one) => one.name === name);
const wantsHelp = [name, ...options].some((word) => word === "--help" || word === "-h" || word === "help");

if (command !== undefined && wantsHelp) {
  console.log(helpText(command));
} else if (wantsHelp || name === undefined) {
  console.log(overview(commands));
} else if (command === undefined) {
  refuse([
    { path: "", message: `expected one of ${commands.map((one) => one.name).join(", ")}; found ${name}` },
  ]);
} else {
  const answer = runCommand(command, readFileSync(0, "utf8"));
  if (answer.kind === "done") console.log(JSON.stringify(answer.output, null, 2));
  else refuse(answer.faults);
}

/** The same faults for a program on standard output and for a person on standard error. */
function refuse(faults: readonly { readonly path: string; readonly message: string }[]): void {
  console.log(JSON.stringify({ error: { code: "INVALID_INPUT", details: faults } }, null, 2));
  for (const { path, message } of faults) console.error(`${path === "" ? "input" : path}: ${message}`);
  process.exitCode = 2;
}
