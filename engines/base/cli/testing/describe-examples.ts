import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import type { Program } from "../program.ts";
import { runCommand } from "../run-command.ts";
import { documentedExamples } from "./documented-examples.ts";
import { run } from "./run.ts";
import { spoiledOnce } from "./spoiled-once.ts";

/** The expected value, the found one, and the text to write. */
const aboutFault = /expected .+; found .+: \S/s;

/** Tests of the worked examples on a program's pages. `title` names the suite. */
export function describeExamples(title: string, program: Program, pages: readonly string[]): void {
  const examples = pages.flatMap((page) =>
    documentedExamples(readFileSync(page, "utf8")).map((one) => ({ page: basename(page), ...one })),
  );
  const { commands } = program;

  describe(title, () => {
    it("has an example of every command", () => {
      expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(commands.map(({ name }) => name)));
    });

    it.each(examples)("$page: example $title prints the output below it", ({ name, input, output }) => {
      const answer = run(program, name, input);
      expect(answer).toMatchObject(output);
      commands.find((one) => one.name === name)?.output.parse(answer);
    });

    it.each(examples)(
      "$page: example $title with any wrong value reports the value and its correction",
      ({ name, input }) => {
        const command = commands.find((one) => one.name === name);
        if (command === undefined) throw new Error(`no command ${name}`);
        for (const spoiled of spoiledOnce(input)) {
          const answer = runCommand(command, JSON.stringify(spoiled));
          if (answer.kind === "done") command.output.parse(JSON.parse(JSON.stringify(answer.output)));
          else for (const { message } of answer.faults) expect(message).toMatch(aboutFault);
        }
      },
    );
  });
}
