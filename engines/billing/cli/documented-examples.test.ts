import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeExamples } from "../../base/cli/testing/describe-examples.ts";
import { defaultSettings } from "../src/settings.ts";
import { billing } from "./program.ts";

const page = join(import.meta.dirname, "../../../docs/billing.md");

describeExamples("docs/billing.md", billing, [page]);

describe("the settings of docs/billing.md", () => {
  const rows = readFileSync(page, "utf8").split("\n");

  it.each(Object.entries(defaultSettings))("name the setting %s and its default in bold", (name, value) => {
    const row = rows.find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row).toContain(`**\`${value}\`**`);
  });
});
