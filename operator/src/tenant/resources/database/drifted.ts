import type { Postgres } from "../../../clients/postgres/postgres.ts";
import type { SettledTenant } from "../../step/resource.ts";
import { changedPasswords, databaseDifferences } from "./differences.ts";
import { databaseWanted } from "./ensure.ts";
import { observeDatabase } from "./observe.ts";

/** The tenants whose roles, schema or licence differ; passwords are compared by the verifiers that the operator wrote. */
export async function driftedDatabases(
  tenants: readonly SettledTenant[],
  postgres: Postgres,
): Promise<SettledTenant[]> {
  const observed = await observeDatabase(
    postgres,
    tenants.map(({ plan }) => plan.names.id),
  );
  return tenants.filter(({ plan, enabledLogins }) => {
    const found = observed.get(plan.names.id);
    if (found === undefined) return true;
    const differences = databaseDifferences(databaseWanted(plan, { enabledLogins }), found, {});
    return differences.length > 0 || changedPasswords(found).length > 0;
  });
}
