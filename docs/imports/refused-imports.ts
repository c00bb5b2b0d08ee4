import { type Row, roomOf } from "./folder-table.ts";
import type { Import } from "./read-imports.ts";

/** The imports that the table does not allow, each as one line with its place and the reason. */
export function refusedImports(imports: readonly Import[], rows: readonly Row[]): string[] {
  return imports.flatMap((found) => {
    const reason = reasonAgainst(found, rows);
    return reason === undefined ? [] : [`${found.from}:${found.line} imports ${found.to}, ${reason}`];
  });
}

function reasonAgainst(found: Import, rows: readonly Row[]): string | undefined {
  const [from, to] = [roomOf(found.from, rows), roomOf(found.to, rows)];
  const row = rows.find(({ rooms }) => from !== undefined && rooms.includes(from));
  if (from === undefined || row === undefined || to === undefined) return undefined;
  if (![...row.rooms, ...row.allowed].includes(to))
    return `which the row of ${from} does not allow${missingRow(found.from, from)}`;
  return reasonAgainstModule(found);
}

/** A hint for a module without a row of its own: the row of `modules/` counts for it, and is not the one to change. */
function missingRow(file: string, room: string): string {
  const module = insideModule(file)?.module;
  return module === undefined || !room.endsWith("/modules/")
    ? ""
    : `: give ${room}${module}/ a row of its own`;
}

/** A row that lists another module allows its `module.ts` and the type of its offers, not the rest of its folder. */
function reasonAgainstModule({ from, to, typeOnly }: Import): string | undefined {
  const [own, other] = [insideModule(from), insideModule(to)];
  if (own === undefined || other === undefined || own.module === other.module) return undefined;
  if (own.file === "module.ts" && other.file === "module.ts") return undefined;
  if (other.file === "offers.ts" && typeOnly) return undefined;
  return `another module's file: a module.ts may import another module.ts for its needs, and every file \`import type\` from offers.ts`;
}

/** The module of the file, and the file's path in it. */
function insideModule(path: string): { readonly module: string; readonly file: string } | undefined {
  const [, module, file] = /^tenant-runtime\/src\/modules\/([^/]+)\/(.+)$/.exec(path) ?? [];
  return module === undefined || file === undefined ? undefined : { module, file };
}
