import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const checkout = join(import.meta.dirname, "..");

/** Import statements, `import type` and `import()` included, as pairs of files of this repository. */
const imports = trackedSources().flatMap((file) => {
  const text = readFileSync(join(checkout, file), "utf8");
  const specifiers = text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g);
  return [...specifiers].map(([, specifier = ""]) => ({
    from: file,
    to: normalize(join(dirname(file), specifier)),
  }));
});

const rows = [
  ...readFileSync(join(import.meta.dirname, "architecture.md"), "utf8").matchAll(
    /^\| (`[^|]+) \| [^|]+ \| ([^|]+) \|$/gm,
  ),
].map(([, folders = "", allowed = ""]) => ({ rooms: quoted(folders), allowed: quoted(allowed) }));
const rooms = rows.flatMap((row) => row.rooms);
/** The imports as pairs of folders of the table. */
const between = imports.map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to) }));

describe("the table of folders in architecture.md", () => {
  it("has each folder once, and only folders that exist", () => {
    const folders = new Set(tracked().flatMap(parents));
    expect(rooms).toEqual([...new Set(rooms)]);
    expect(rooms.filter((room) => !folders.has(room))).toEqual([]);
  });

  it("has a row for every source file, except those that build or measure a whole workspace", () => {
    const inside = trackedSources().filter((file) => parents(file).length > 1);
    expect(inside.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it("has a row for every subfolder of a folder that it divides", () => {
    const divided = rooms.filter((room) => rooms.some((other) => other !== room && other.startsWith(room)));
    const lost = trackedSources().filter((file) => {
      const room = roomOf(file);
      return room !== undefined && divided.includes(room) && room !== parents(file).at(-1);
    });
    expect(lost).toEqual([]);
  });

  it("names no folder with more than a dozen sources: divide it into folders with telling names", () => {
    const sizes = Map.groupBy(trackedSources(), dirname);
    const crowded = [...sizes].filter(([folder, files]) => files.length > 14 && folder.includes("/"));
    expect(crowded.map(([folder, files]) => `${folder}: ${files.length}`)).toEqual([]);
  });

  it.each(rows)("lists the imports of $rooms", ({ rooms: own, allowed }) => {
    const found = between.filter(
      ({ from, to }) => from !== undefined && to !== undefined && own.includes(from) && !own.includes(to),
    );
    expect([...new Set(found.map(({ to }) => to))].sort()).toEqual([...allowed].sort());
  });
});

describe("imports", () => {
  it("go one way between any two folders", () => {
    const arrows = new Set(
      imports
        .map(({ from, to }) => [dirname(from), dirname(to)])
        .filter(([from, to]) => from !== to)
        .map((pair) => pair.join(" -> ")),
    );
    const both = [...arrows].filter((arrow) => arrows.has(arrow.split(" -> ").reverse().join(" -> ")));
    expect(both).toEqual([]);
  });

  it("do not go from one module of the runtime to another", () => {
    const moduleOf = (file: string) => /^tenant-runtime\/src\/modules\/([^/]+)\//.exec(file)?.[1];
    const modules = imports.filter(
      ({ from, to }) =>
        moduleOf(from) !== undefined && moduleOf(to) !== undefined && moduleOf(from) !== moduleOf(to),
    );
    expect(modules).toEqual([]);
  });

  it("form no cycle of files", () => {
    expect(circles(imports)).toEqual([]);
  });
});

describe("the search for cycles", () => {
  it("finds a cycle of three files, and none where two paths meet", () => {
    const path = (from: string, to: string) => ({ from, to });
    expect(circles([path("a", "b"), path("b", "c"), path("a", "c")])).toEqual([]);
    expect(circles([path("x", "a"), path("a", "b"), path("b", "c"), path("c", "a")])).toEqual(["a, b, c"]);
  });
});

function tracked(): string[] {
  const options = { cwd: checkout, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], options)
    .trim()
    .split("\n");
}

/** The sources of programs and tools, without tests, benchmarks and the files that only those use. */
function trackedSources(): string[] {
  const apart = /\.test\.ts$|vitest[^/]*\.ts$|(^|\/)(test|testing|bench|oracle|fuzz)\//;
  return tracked().filter((file) => file.endsWith(".ts") && !apart.test(file));
}

function parents(file: string): string[] {
  const parts = file.split("/").slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
}

/** The longest folder of the table that the file lies in. */
function roomOf(file: string): string | undefined {
  return parents(file).findLast((folder) => rooms.includes(folder));
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
}

/** The strongly connected sets of files with more than one member, after Tarjan (1972). */
function circles(edges: readonly { readonly from: string; readonly to: string }[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    lowest.set(file, index.size - 1);
    open.push(file);
    for (const target of next.get(file) ?? []) {
      if (!index.has(target)) visit(target);
      else if (!open.includes(target)) continue;
      lowest.set(file, Math.min(lowest.get(file) as number, lowest.get(target) as number));
    }
    if (lowest.get(file) !== index.get(file)) return;
    const members = open.splice(open.indexOf(file));
    if (members.length > 1) found.push(members.sort().join(", "));
  };
  for (const file of next.keys()) if (!index.has(file)) visit(file);
  return found;
}
