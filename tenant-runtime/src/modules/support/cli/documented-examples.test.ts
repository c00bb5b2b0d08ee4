import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentedExamples } from "../../../cli/testing/documented-examples.ts";
import { run } from "../../../cli/testing/run.ts";
import { commands } from "./commands.ts";
import { support } from "./program.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../../docs/support.md"), "utf8");
const examples = documentedExamples(page);

describe("docs/support.md", () => {
  it("has an example of every command", () => {
    expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(commands.map(({ name }) => name)));
  });

  it.each(examples)("example $title gives what is printed below it", ({ name, input, output }) => {
    const answer = run(support, name, input);
    expect(answer).toMatchObject(output);
    commands.find((one) => one.name === name)?.output.parse(answer);
  });
});
