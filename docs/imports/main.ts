import { readFolderTable } from "./folder-table.ts";
import { readImports } from "./read-imports.ts";
import { refusedImports } from "./refused-imports.ts";

const refused = refusedImports(readImports(), readFolderTable());
for (const line of refused) console.error(line);
if (refused.length > 0) {
  console.error(
    "The table of folders in docs/architecture.md lists the allowed imports. Import from an allowed folder, move the file, or give the arrow a place in the table with its reason in the commit.",
  );
  process.exitCode = 1;
}
