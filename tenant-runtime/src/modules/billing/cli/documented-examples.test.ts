import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultSettings } from "../engine/settings.ts";
import { run } from "../oracle/run.ts";
import { commands } from "./commands.ts";

const root = join(import.meta.dirname, "../../../../..");
const page = readFileSync(join(root, "docs/billing.md"), "utf8");

/** An input in a block marked with its command, and the block after it. */
const examples = [...page.matchAll(/```json (\w+)\n([\s\S]*?)```\n```json\n([\s\S]*?)```/g)].map(
  ([, name = "", input = "", output = ""], index) => ({
    title: `${index + 1} (${name})`,
    name,
    input,
    output,
  }),
);

describe("docs/billing.md", () => {
  it("has an example of every command, and none that this test does not see", () => {
    expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(commands.map(({ name }) => name)));
    expect(page.match(/```json/g)).toHaveLength(2 * examples.length);
  });

  it.each(examples)("example $title gives what is printed below it", ({ name, input, output }) => {
    const answer = run(name, JSON.parse(input));
    expect(answer).toMatchObject(JSON.parse(output));
    commands.find((one) => one.name === name)?.output.parse(answer);
  });

  it.each(Object.entries(defaultSettings))("names the setting %s and its default in bold", (name, value) => {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row).toContain(`**\`${value}\`**`);
  });
});
