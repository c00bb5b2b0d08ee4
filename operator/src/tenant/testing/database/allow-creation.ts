import { permitCreation } from "../../database/migration-state.ts";
import type { PlatformDatabase } from "./platform-database.ts";
import type { TenantDatabase } from "./tenant-database.ts";

/** Lets the owners' roles of these tenants make objects in their schemas, as while a migration runs. */
export async function allowCreation(
  { postgres }: Pick<PlatformDatabase, "postgres">,
  ...tenants: readonly Pick<TenantDatabase, "names">[]
): Promise<void> {
  for (const { names } of tenants) await postgres.query(permitCreation(names).text);
}
