import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, foldersOf } from "./sources.ts";

/** A row of the table of folders: these folders import themselves and the allowed ones. */
export interface Row {
  readonly rooms: readonly string[];
  readonly allowed: readonly string[];
}

/** The table of folders in docs/architecture.md, which is the only list of the allowed imports. */
export function readFolderTable(): Row[] {
  const page = readFileSync(join(checkout, "docs/architecture.md"), "utf8");
  return [...page.matchAll(/^\| (`[^|]+) \| [^|]+ \| ([^|]+) \|$/gm)].map(
    ([, folders = "", allowed = ""]) => ({ rooms: quoted(folders), allowed: quoted(allowed) }),
  );
}

/** The longest folder of the table that the file lies in. */
export function roomOf(file: string, rows: readonly Row[]): string | undefined {
  return foldersOf(file).findLast((folder) => rows.some(({ rooms }) => rooms.includes(folder)));
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}
