import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorCatalogue } from "./errors.ts";

const source = join(import.meta.dirname, "..", "..");
const documentation = readFileSync(join(source, "..", "..", "docs", "errors.md"), "utf8");
const rows = [...documentation.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \| (.+?) \| (.+?) \|$/gm)];
const documented = Object.fromEntries(
  rows.map(([, code, status, message]) => [code, { status: Number(status), message }]),
);

describe("the error catalogue", () => {
  it("is documented row by row, and nothing else is", () => {
    expect(documented).toEqual(errorCatalogue);
  });

  it("is sorted by status", () => {
    const statuses = Object.values(errorCatalogue).map(({ status }) => status);
    expect(statuses).toEqual(statuses.toSorted((one, other) => one - other));
  });

  it.each(Object.keys(errorCatalogue))("has a use for %s", (code) => {
    expect(sources.some((text) => text.includes(`"${code}"`))).toBe(true);
  });
});

const sources = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(join(source, name), "utf8"));
