import { quoted } from "../src/quoted.ts";
import { helpText, overview } from "./help-text.ts";
import type { Program } from "./program.ts";
import { readOctets } from "./reading/read-octets.ts";
import { textOf } from "./reading/text-of.ts";
import { refusalCode } from "./refusal-code.ts";
import { answerOf, type InputDetail, runCommand } from "./run-command.ts";

/**
 * Runs the command in the process's arguments. It reads standard input and prints the output or the faults on standard
 * output. A refused input ends with exit status 2.
 */
export function runProgram(program: Program): void {
  const [name, ...options] = process.argv.slice(2);
  const command = program.commands.find((one) => one.name === name);
  const wantsHelp = [name, ...options].some((word) => word === "--help" || word === "-h" || word === "help");

  if (command !== undefined && wantsHelp) {
    console.log(helpText(program.name, command));
  } else if (wantsHelp || name === undefined) {
    console.log(overview(program));
  } else if (command === undefined) {
    const names = program.commands.map((one) => one.name).join(", ");
    const message = `expected one of ${names}; found ${quoted(name)}: write one of these commands, see --help`;
    refuse([{ path: "", message }]);
  } else {
    const answer = answerOf(() => runCommand(command, textOf(readOctets(0))));
    if (answer.kind === "done") console.log(JSON.stringify(answer.output, null, 2));
    else refuse(answer.faults, refusalCode(program, answer));
  }
}

/** Prints the faults as JSON on standard output, and as text on standard error. */
function refuse(faults: readonly InputDetail[], code = "INVALID_INPUT"): void {
  console.log(JSON.stringify({ error: { code, details: faults } }, null, 2));
  for (const { path, message } of faults) console.error(`${path === "" ? "input" : path}: ${message}`);
  process.exitCode = 2;
}
