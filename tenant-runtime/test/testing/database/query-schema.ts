import { withClient } from "../../../../harness/services/postgres.ts";
import type { TenantSchema } from "../process/test-tenant.ts";

/** The rows that a superuser gets in the tenant's schema. Several statements at once, which give none, take no values. */
export async function querySchema(
  { id, database }: Pick<TenantSchema, "id" | "database">,
  text: string,
  values: readonly unknown[] = [],
) {
  return withClient(database.superuser, async (client) => {
    await client.query(`SET search_path = t_${id}`);
    return (await client.query(text, [...values])).rows ?? [];
  });
}
