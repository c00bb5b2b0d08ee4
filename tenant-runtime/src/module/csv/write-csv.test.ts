import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv } from "./read-csv.ts";
import { csvText } from "./write-csv.ts";

const columns = ["key", "first", "second"];

async function written(rows: readonly (readonly string[])[]): Promise<string> {
  const pages = (async function* () {
    yield rows;
  })();
  return text(Readable.from(await csvText(columns, pages)));
}

async function read(table: string): Promise<string[][]> {
  const rows: string[][] = [];
  const bytes = (async function* () {
    yield Buffer.from(table);
  })();
  await readCsv(bytes, { columns }, async (part) => {
    for (const [, cells] of part) rows.push([...cells]);
  });
  return rows;
}

describe("a written table", () => {
  it.each([
    ["a line feed", "hello\n=1+1", `"hello\n'=1+1"`],
    ["a return", "hello\rworld", `"hello\rworld"`],
    ["a return before a formula", "hello\r@SUM(A1)", `"hello\r'@SUM(A1)"`],
    ["both", "hello\r\n-1", `"hello\r\n'-1"`],
    ["a formula", "=1+1", "'=1+1"],
    ["a formula of full width", "\uff1d1+1", "'\uff1d1+1"],
    ["an apostrophe before a formula", "'=1+1", "''=1+1"],
    ["an apostrophe before a word", "'t Hooft", "'t Hooft"],
    ["a formula behind a semicolon", "Max;=cmd|'/C calc'!A0;", `"Max;'=cmd|'/C calc'!A0;"`],
    ["a formula behind a tab", "Max\t@SUM(A1)", `"Max\t'@SUM(A1)"`],
    ["a formula behind a comma", "Max,+1", `"Max,'+1"`],
    ["a formula behind a quote", 'Max;"=1', `"Max;""'=1"`],
    ["an apostrophe and a formula behind a semicolon", "Max;'=1", `"Max;''=1"`],
    ["a semicolon before a word", "Max;Ann", `"Max;Ann"`],
    ["a minus in a word", "Saint-Denis, rue 1 - 3", `"Saint-Denis, rue 1 - 3"`],
  ])("guards and quotes %s", async (_what, cell, expected) => {
    expect(await written([["k", cell, "x"]])).toBe(`key,first,second\r\nk,${expected},x\r\n`);
  });

  it("holds no formula, by any separator of a spreadsheet", async () => {
    const part = fc.constantFrom("\r", "\n", '"', ",", ";", "\t", "=", "+", "-", "@", "x");
    const cell = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(cell, async (text) => {
        const [, row = ""] = /^key,first,second\r\n(.*)$/s.exec(await written([["k", text, "x"]])) ?? [];
        for (const found of row.split(/[,;\t\r\n"]/)) expect(found).not.toMatch(/^[=+\-@]/);
      }),
    );
  });

  it("gives back each text that was written", async () => {
    const part = fc.constantFrom(
      "\r",
      "\n",
      "\r\n",
      '"',
      ",",
      "'",
      "=",
      "+",
      "-",
      "@",
      "\t",
      ";",
      " ",
      "é",
      "\ufeff",
    );
    const cell = fc.oneof(
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join("")),
      fc.string({ unit: "grapheme" }).filter((written) => !written.includes("\0")),
    );
    const rows = fc.array(fc.tuple(fc.uuid(), cell, cell), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rows, async (table) => {
        expect(await read(await written(table))).toEqual(table);
      }),
    );
  });
});
