import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { withClient } from "../../../harness/services/postgres.ts";
import type {} from "../../../harness/services/vitest.ts";
import { createTenantSchema } from "../../test/testing/process/test-tenant.ts";
import type { Columns, Table } from "../module/table/table.ts";

/** The tables that modules declare in a `table.ts`, by file. */
const files = await Promise.all(
  globSync("**/table.ts", { cwd: import.meta.dirname }).map(async (file) => {
    const exports: Readonly<Record<string, unknown>> = await import(join(import.meta.dirname, file));
    return { file, tables: Object.values(exports).filter(isTable) };
  }),
);
const tables = files.flatMap((file) => file.tables);

function isTable(value: unknown): value is Table<Columns> {
  return typeof value === "object" && value !== null && "columns" in value && "insert" in value;
}

it("every table.ts declares a table", () => {
  expect(files).not.toEqual([]);
  expect(files.filter((file) => file.tables.length === 0)).toEqual([]);
});

describe.each(["postgres15", "postgres18"] as const)("a table that a module declares, on %s", (server) => {
  it("has the columns of the migrated schema, of the same types", async () => {
    await using schema = await createTenantSchema(inject(server));
    await schema.migrate();
    for (const { name, columns } of tables) {
      const { rows } = await withClient(schema.database.superuser, (client) =>
        client.query(
          `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, NOT attnotnull AS nullable
             FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
          [`t_${schema.id}.${name}`],
        ),
      );
      const declared = Object.entries(columns).flatMap(([column, { type, nullable }]) =>
        type === undefined ? [] : [{ name: column, type, nullable }],
      );
      const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
      expect(declared.sort(byName), name).toEqual(rows.sort(byName));
    }
  });
});
