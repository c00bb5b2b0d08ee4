import { describe, expect, inject, it } from "vitest";
import { withClient } from "../../../harness/services/postgres.ts";
import type {} from "../../../harness/services/vitest.ts";
import { createTenantSchema } from "../../test/testing/test-tenant.ts";
import { customersTable } from "./customer/table.ts";
import { usersTable } from "./identity/table.ts";

const tables = [customersTable, usersTable];

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
