import { helpText, overview } from "./help-text.ts";
import type { Program } from "./program.ts";
import { readOctets } from "./reading/read-octets.ts";
import { textOf } from "./reading/text-of.ts";
import { refusalCode } from "./refusal-code.ts";
import { answerOf, type InputDetail, runCommand } from "./run-command.ts";

/**
 * Runs the command that the process's arguments name: its input from standard input, its output or its
 * faults to standard output. Exit status 2 for an input that was refused.
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
    refuse([{ path: "", message: `expected one of ${names}; found ${name}` }]);
  } else {
    const answer = answerOf(() => runCommand(command, textOf(readOctets(0))));
    if (answer.kind === "done") console.log(JSON.stringify(answer.output, null, 2));
    else refuse(answer.faults, refusalCode(program, answer));
  }
}

/** The same faults for a program on standard output and for a person on standard error. */
function refuse(faults: readonly InputDetail[], code = "INVALID_INPUT"): void {
  console.log(JSON.stringify({ error: { code, details: faults } }, null, 2));
  for (const { path, message } of faults) console.error(`${path === "" ? "input" : path}: ${message}`);
  process.exitCode = 2;
}
