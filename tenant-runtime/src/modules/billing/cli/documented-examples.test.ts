import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentedExamples } from "../../../cli/testing/documented-examples.ts";
import { defaultSettings } from "../engine/settings.ts";
import { run } from "../oracle/run.ts";
import { commands } from "./commands.ts";

const root = join(import.meta.dirname, "../../../../..");
const page = readFileSync(join(root, "docs/billing.md"), "utf8");

const examples = documentedExamples(page);

describe("docs/billing.md", () => {
  it("has an example of every command", () => {
    expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(commands.map(({ name }) => name)));
  });

  it.each(examples)("example $title gives what is printed below it", ({ name, input, output }) => {
    const answer = run(name, input);
    expect(answer).toMatchObject(output);
    commands.find((one) => one.name === name)?.output.parse(answer);
  });

  it.each(Object.entries(defaultSettings))("names the setting %s and its default in bold", (name, value) => {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row).toContain(`**\`${value}\`**`);
  });
});
