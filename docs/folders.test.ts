import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { readFolderTable, roomOf } from "./imports/folder-table.ts";
import { importsOf, readImports } from "./imports/read-imports.ts";
import { refusedImports } from "./imports/refused-imports.ts";
import { foldersOf, sourcesOf, trackedFiles } from "./imports/sources.ts";

const files = trackedFiles();
const sources = sourcesOf(files);
const imports = readImports();
const rows = readFolderTable();
const rooms = rows.flatMap((row) => row.rooms);
/** The imports as pairs of folders of the table. */
const between = imports.map(({ from, to }) => ({ from: roomOf(from, rows), to: roomOf(to, rows) }));

describe("the table of folders in architecture.md", () => {
  it("has each folder once, and only folders that exist", () => {
    const folders = new Set(files.flatMap(foldersOf));
    expect(rooms).toEqual([...new Set(rooms)]);
    expect(rooms.filter((room) => !folders.has(room))).toEqual([]);
  });

  it("has a row for every source file, except those that build or measure a whole workspace", () => {
    const inside = sources.filter((file) => foldersOf(file).length > 1);
    expect(inside.filter((file) => roomOf(file, rows) === undefined)).toEqual([]);
  });

  it("has a row for every subfolder of a folder that it divides", () => {
    const divided = rooms.filter((room) => rooms.some((other) => other !== room && other.startsWith(room)));
    const lost = sources.filter((file) => {
      const room = roomOf(file, rows);
      return room !== undefined && divided.includes(room) && room !== foldersOf(file).at(-1);
    });
    expect(lost).toEqual([]);
  });

  it("names no folder with more than a dozen sources: divide it into folders with telling names", () => {
    const sizes = Map.groupBy(sources, dirname);
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
  it("are those of the table, and between modules those of their needs", () => {
    expect(imports.length).toBeGreaterThan(4_000);
    expect(refusedImports(imports, rows)).toEqual([]);
  });

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

  it("form no cycle of files", () => {
    expect(circles(imports)).toEqual([]);
  });
});

describe("an import that the table does not list", () => {
  it.each([
    ["contract/samples.ts", "../operator/src/tenant/model/tenant.ts", "contract/"],
    ["operator/src/clients/redis/users.ts", "../../tenant/model/names.ts", "operator/src/clients/redis/"],
    [
      "tenant-runtime/src/modules/customer/service.ts",
      "../identity/user-service.ts",
      "tenant-runtime/src/modules/customer/",
    ],
    ["engines/network/src/plan.ts", "../../billing/src/money.ts", "engines/network/"],
    ["operator/src/kubernetes/loop/queue.ts", "../../tenant/step/step.ts", "operator/src/kubernetes/loop/"],
    [
      "tenant-runtime/src/platform/limits/limits.ts",
      "../../module/entity.ts",
      "tenant-runtime/src/platform/limits/",
    ],
  ])("is refused from %s to %s in every form", (file, specifier, row) => {
    const forms = [
      `import type { Any } from "${specifier}";`,
      `import {\n  any,\n  type Other,\n} from "${specifier}";`,
      `export type { Any } from "${specifier}";`,
      `const any = await import("${specifier}");`,
      `type Any = import("${specifier}").Any;`,
    ];
    for (const form of forms) {
      const [found, ...more] = refusedImports(importsOf(file, `\n${form}\n`), rows);
      expect(more).toEqual([]);
      expect(found).toMatch(
        new RegExp(`^${file}:[2-5] imports \\S+, which the row of ${row} does not allow$`),
      );
    }
  });

  it("is reported with the line of the file's name", () => {
    const text =
      'import { one } from "./one.ts";\nimport type {\n  Step,\n} from "../operator/src/tenant/step/step.ts";\n';
    expect(refusedImports(importsOf("contract/samples.ts", text), rows)).toEqual([
      "contract/samples.ts:4 imports operator/src/tenant/step/step.ts, which the row of contract/ does not allow",
    ]);
  });
});

describe("a module that needs another", () => {
  const modules = "tenant-runtime/src/modules/";
  const needing = [
    ...rows,
    { rooms: [`${modules}billing/`], allowed: [`${modules}customer/`, "tenant-runtime/src/module/"] },
  ];
  const refused = (file: string, text: string) =>
    refusedImports(importsOf(`${modules}billing/${file}`, text), needing);

  it.each([
    ["module.ts", 'import { customers } from "../customer/module.ts";'],
    ["service.ts", 'import type { CustomerOffers } from "../customer/offers.ts";'],
    ["store/repository.ts", 'import type {\n  CustomerOffers,\n} from "../../customer/offers.ts";'],
  ])("may write in its %s: %s", (file, text) => {
    expect(refused(file, text)).toEqual([]);
  });

  it.each([
    ["service.ts", 'import { findByExternalKey } from "../customer/store/repository.ts";'],
    ["service.ts", 'import type { NewAddressRow } from "../customer/store/repository.ts";'],
    ["service.ts", 'import type { CustomerService } from "../customer/service.ts";'],
    ["module.ts", 'import { createCustomerService } from "../customer/service.ts";'],
    ["service.ts", 'import { customerOffers } from "../customer/offers.ts";'],
    [
      "service.ts",
      'import type { Customer } from "./models.ts";\nimport { customerOffers } from "../customer/offers.ts";',
    ],
    ["service.ts", 'import { customers } from "../customer/module.ts";'],
  ])("may not write in its %s: %s", (file, text) => {
    expect(refused(file, text)).toEqual([
      expect.stringMatching(/ imports tenant-runtime\/src\/modules\/customer\/\S+, another module's file: /),
    ]);
  });

  it("may not do so without the other in its row", () => {
    const text = 'import { customers } from "../customer/module.ts";';
    expect(refusedImports(importsOf(`${modules}job/module.ts`, text), rows)).toEqual([
      `${modules}job/module.ts:1 imports ${modules}customer/module.ts, which the row of ${modules}job/ does not allow`,
    ]);
  });
});

describe("the search for cycles", () => {
  it("finds a cycle of three files, and none where two paths meet", () => {
    const path = (from: string, to: string) => ({ from, to });
    expect(circles([path("a", "b"), path("b", "c"), path("a", "c")])).toEqual([]);
    expect(circles([path("x", "a"), path("a", "b"), path("b", "c"), path("c", "a")])).toEqual(["a, b, c"]);
  });
});

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
