import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentedExamples } from "../../../cli/testing/documented-examples.ts";
import { run } from "../../../cli/testing/run.ts";
import { commands } from "./commands.ts";
import { network } from "./program.ts";

const folder = join(import.meta.dirname, "../../../../../docs/network");
const pages = globSync("*.md", { cwd: folder }).sort();
const examples = pages.flatMap((page) =>
  documentedExamples(readFileSync(join(folder, page), "utf8")).map((one) => ({ page, ...one })),
);

describe("docs/network", () => {
  it("has an example of every command", () => {
    expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(commands.map(({ name }) => name)));
  });

  it.each(examples)("$page: example $title gives what is printed below it", ({ name, input, output }) => {
    const answer = run(network, name, input);
    expect(answer).toMatchObject(output);
    commands.find((one) => one.name === name)?.output.parse(answer);
  });
});
