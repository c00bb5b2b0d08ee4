import type { PostgresConnection } from "../../../../harness/services/postgres.ts";
import type { RotatingDatabase } from "../../../src/platform/database/rotating-database.ts";
import { createTenantSchema, type TenantSchema } from "../process/test-tenant.ts";
import { openSchemaDatabase } from "./tenant-database.ts";

/** A tenant's migrated schema, and its database, opened like the runtime does but without a pooler. */
export interface MigratedSchema extends AsyncDisposable {
  readonly schema: TenantSchema;
  readonly database: RotatingDatabase;
}

export async function openMigratedSchema(
  server: PostgresConnection,
  settings?: Parameters<typeof openSchemaDatabase>[2],
): Promise<MigratedSchema> {
  await using resources = new AsyncDisposableStack();
  const schema = resources.use(await createTenantSchema(server));
  await schema.migrate();
  const database = openSchemaDatabase(server, schema, settings);
  resources.defer(() => database.close());
  const opened = resources.move();
  return { schema, database, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
