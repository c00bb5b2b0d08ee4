import type { Postgres } from "../../../clients/postgres/postgres.ts";
import type { SettledTenant } from "../../step/resource.ts";
import { changedPasswords, databaseDifferences } from "./differences.ts";
import { desiredDatabase } from "./ensure.ts";
import { observeDatabase } from "./observe.ts";

/** The tenants whose roles, schema or licence differ. Passwords are compared by the operator's recorded verifiers. */
export async function driftedDatabases(
  tenants: readonly SettledTenant[],
  postgres: Postgres,
): Promise<SettledTenant[]> {
  const observed = await observeDatabase(
    postgres,
    tenants.map(({ blueprint }) => blueprint.names.id),
  );
  return tenants.filter(({ blueprint, enabledLogins }) => {
    const found = observed.get(blueprint.names.id);
    if (found === undefined) return true;
    const differences = databaseDifferences(desiredDatabase(blueprint, { enabledLogins }), found, {});
    return differences.length > 0 || changedPasswords(found).length > 0;
  });
}
