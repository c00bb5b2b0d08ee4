import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import type { Program } from "../program.ts";
import { documentedExamples } from "./documented-examples.ts";
import { run } from "./run.ts";

/** What holds for the worked examples of a program's pages, `title` being what they are called together. */
export function describeExamples(title: string, program: Program, pages: readonly string[]): void {
  const examples = pages.flatMap((page) =>
    documentedExamples(readFileSync(page, "utf8")).map((one) => ({ page: basename(page), ...one })),
  );
  const { commands } = program;

  describe(title, () => {
    it("has an example of every command", () => {
      expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(commands.map(({ name }) => name)));
    });

    it.each(examples)("$page: example $title gives what is printed below it", ({ name, input, output }) => {
      const answer = run(program, name, input);
      expect(answer).toMatchObject(output);
      commands.find((one) => one.name === name)?.output.parse(answer);
    });
  });
}
