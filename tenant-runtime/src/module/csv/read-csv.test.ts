import { describe, expect, it } from "vitest";
import { type CsvRow, readCsv } from "./read-csv.ts";

const columns = ["key", "name"];

/** Reads a table that arrives in chunks of this many bytes. */
async function read(table: string | Buffer, chunkBytes = 5) {
  const rows: CsvRow[] = [];
  const whole = Buffer.from(table as string);
  const bytes = (async function* () {
    for (let at = 0; at < whole.length; at += chunkBytes) yield whole.subarray(at, at + chunkBytes);
  })();
  await readCsv(bytes, { columns }, async (part) => void rows.push(...part));
  return rows;
}

const refusal = (table: string | Buffer, chunkBytes?: number) =>
  read(table, chunkBytes).then(
    () => "accepted",
    (error) => error.details.map(({ message }: { message: string }) => message).join("; "),
  );

describe("a table of a spreadsheet", () => {
  it.each([
    ["commas", "key,name\na,b;c\n"],
    ["semicolons", 'key;name\na;"b;c"\n'],
    ["semicolons behind a byte order mark and empty lines", '\ufeff\r\n\r\nkey;name\r\na;"b;c"\r\n'],
    ["no line break at the end", 'key;name\ra;"b;c"'],
  ])("may have %s", async (_what, table) => {
    expect((await read(table)).map(([, cells]) => cells)).toEqual([["a", "b;c"]]);
  });

  it("keeps a comma in a cell where semicolons separate the cells", async () => {
    expect(await read("key;name\na;b,c\n")).toEqual([[2, ["a", "b,c"]]]);
  });

  it.each([
    ["commas", "key,name\n,\na,b\n,\n \t,\n"],
    ["semicolons", "key;name\n;\na;b\n;\n \t;\n"],
  ])("may have emptied rows, which are skipped: %s", async (_what, table) => {
    expect(await read(table)).toEqual([[3, ["a", "b"]]]);
  });

  it.each([
    ["in all rows", "key;name;;\na;b;;\nc;d;; \n"],
    ["in some rows, as Excel leaves them out", "key;name;;\na;b;;\nc;d\n"],
  ])("may have columns without a name behind the others: %s", async (_what, table) => {
    expect((await read(table)).map(([, cells]) => cells)).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  it.each([
    [
      "a cell of a column without a name",
      "key;name;;\na;b;;x\n",
      "write a name for column 4, or leave its cells empty: line 2",
    ],
    ["a column without a name before others", "key;;name\na;;b\n", 'write one of key, name, not ""'],
    ["a cell that is missing", "key;name;;\na\n", "write as many cells as there are columns"],
    ["a cell too many", "key;name;\na;b;;\n", "write as many cells as there are columns"],
    ["nothing but separators", ";;\n;;\n", "begin with a row of column names"],
    ["many columns without a name", `key;name${";".repeat(101)}\n`, "write at most 2 cells in a row"],
  ])("is refused with the place of the fault: %s", async (_what, table, message) => {
    expect(await refusal(table)).toContain(message);
  });

  it("is refused at its header when a required column is missing", async () => {
    const bytes = (async function* () {
      yield Buffer.from("name\nb\n");
    })();
    const found = readCsv(bytes, { columns, required: ["key"] }, async () => {});
    await expect(found).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ in: "body", field: "key", message: "write this column too: each row needs it" }],
    });
  });

  it.each([
    ["tabs", "key\tname\na\tb\n", "separate columns by commas or semicolons, not by tabs"],
    [
      "a workbook",
      Buffer.from("504b030414000600080000002100", "hex"),
      'save it as CSV (in Excel: "CSV UTF-8")',
    ],
    ["an older workbook", Buffer.from("d0cf11e0a1b11ae10000", "hex"), "it is a workbook"],
    ["a line sep=", "sep=;\nkey;name\n", "leave out the line that begins with sep="],
    ["another heading", "key;Nom\na;b\n", 'write one of key, name, not "Nom"'],
    ["a long heading", `key,${"x".repeat(50)}\na,b\n`, `not "${"x".repeat(40)}…"`],
    ["UTF-16", Buffer.from("\ufeffkey\tname\na\tb\n", "utf16le"), "it is UTF-16"],
    ["UTF-16 of the other order", Buffer.from("\ufeffkey,name\n", "utf16le").swap16(), "it is UTF-16"],
  ])("is refused with advice: %s", async (_what, table, message) => {
    expect(await refusal(table)).toContain(message);
    expect(await refusal(table, 1_000)).toContain(message);
  });

  const rows = (ending: string) =>
    Buffer.concat([
      Buffer.from(["key,name", "a,José", "b,日本", ""].join(ending)),
      Buffer.from(["c,Inès", "d,x", ""].join(ending), "latin1"),
    ]);
  it.each([1, 2, 3, 4, 7, 1_000])(
    "in Windows-1252 is refused with the line of the first wrong character: %i bytes at a time",
    async (size) => {
      for (const ending of ["\n", "\r", "\r\n"])
        expect(await refusal(rows(ending), size), JSON.stringify(ending)).toContain("line 4 has bytes");
    },
  );

  it.each([1, 2, 1_000])(
    "is refused with the line where a wrong character begins or ends it: %i bytes at a time",
    async (size) => {
      for (const ending of ["\n", "\r", "\r\n"])
        for (const row of ["b,caf\u00e9", "\u00e9b,c"]) {
          const table = Buffer.from(["key,name", "a,x", row, "c,x", ""].join(ending), "latin1");
          expect(await refusal(table, size), JSON.stringify([ending, row])).toContain("line 3 has bytes");
        }
    },
  );

  it("is refused for a character that its last byte begins", async () => {
    expect(await refusal(Buffer.from("key,name\na,é").subarray(0, -1))).toContain("line 2 has bytes");
  });
});

describe("the line that a message or a report names", () => {
  const named = { LF: "\n", CR: "\r", CRLF: "\r\n" };
  const names = Object.keys(named) as (keyof typeof named)[];
  const mixes = names.flatMap((outer) =>
    names.flatMap((inner) =>
      [1, 2, 1_000].map((size) => ({ outer, inner, size, ending: named[outer], inside: named[inner] })),
    ),
  );
  /** Two lines, an empty one, an emptied row of two lines, and a row of three lines. */
  const begun = (ending: string, inside: string) =>
    ["\ufeffkey,name", "a,1", "", `"${inside}",`, `b,"x${inside}y${inside}z"`].join(ending);

  it.each(mixes)(
    "is that of an editor: rows end by $outer, quoted lines by $inner, $size bytes",
    async (mix) => {
      const { ending, inside, size } = mix;
      const table = [begun(ending, inside), `"c${inside}",d`, "", "e,f", ""].join(ending);
      expect((await read(table, size)).map(([line]) => line)).toEqual([2, 8, 10, 12]);
      const withoutEnd = [begun(ending, inside), "e,f"].join(ending);
      expect((await read(withoutEnd, size)).map(([line]) => line)).toEqual([2, 8, 9]);
    },
  );

  it.each(mixes)(
    "is the same in each refusal: rows end by $outer, quoted lines by $inner, $size bytes",
    async (mix) => {
      const { ending, inside, size } = mix;
      const after = (row: string, bytes = size) =>
        refusal([begun(ending, inside), "", row].join(ending), bytes);
      expect(await after('d,"e')).toContain("its cell begins in line 10");
      expect(await after(`d,"e${inside}"f`)).toContain("in it twice: line 10");
      expect(await after(`d,"${"e".repeat(66_000)}`, 1_000)).toContain("close each quote: line 10");
      expect(await after(`d${ending}`)).toContain(
        "as there are columns, and quote a cell that holds a comma or semicolon: line 10",
      );
      const latin = Buffer.concat([
        Buffer.from([begun(ending, inside), "", "d,"].join(ending)),
        Buffer.from([0xe8, 0x20]),
      ]);
      expect(await refusal(latin, size)).toContain("line 10 has bytes");
    },
  );

  it("is the same for both rows of a key", async () => {
    const table = 'key,name\r\na,"x\r\ny\r\nz"\r\na,\r\n';
    const found = readCsv(
      (async function* () {
        yield Buffer.from(table);
      })(),
      { columns, key: "key" },
      async () => {},
    );
    await expect(found).rejects.toMatchObject({
      details: [{ field: "line 5", message: "write another key: line 4 has the same" }],
    });
  });
});
