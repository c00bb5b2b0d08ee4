import { concernsServer } from "../../../clients/postgres/errors.ts";
import type { Postgres } from "../../../clients/postgres/postgres.ts";
import type { SettledTenant } from "../../step/resource.ts";
import { changedPasswords, databaseDifferences } from "./differences.ts";
import { desiredDatabase } from "./ensure.ts";
import { observeDatabase } from "./observe.ts";

/** The tenants that one query observes, so that its answer stays small. */
const batch = 100;

/**
 * The tenants whose roles, schema or licence differ. Passwords are compared by the operator's recorded verifiers. A tenant
 * that cannot be observed counts as one that differs: its reconcile tells why.
 */
export async function driftedDatabases(
  tenants: readonly SettledTenant[],
  postgres: Postgres,
): Promise<SettledTenant[]> {
  const drifted: SettledTenant[] = [];
  for (let first = 0; first < tenants.length; first += batch)
    drifted.push(...(await driftedOf(tenants.slice(first, first + batch), postgres)));
  return drifted;
}

/** Looks at halves of the tenants when PostgreSQL refuses to look at all of them. */
async function driftedOf(tenants: readonly SettledTenant[], postgres: Postgres): Promise<SettledTenant[]> {
  try {
    return await differing(tenants, postgres);
  } catch (error) {
    if (concernsServer(error)) throw error;
    if (tenants.length === 1) return [...tenants];
    const half = Math.ceil(tenants.length / 2);
    return [
      ...(await driftedOf(tenants.slice(0, half), postgres)),
      ...(await driftedOf(tenants.slice(half), postgres)),
    ];
  }
}

async function differing(tenants: readonly SettledTenant[], postgres: Postgres): Promise<SettledTenant[]> {
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
