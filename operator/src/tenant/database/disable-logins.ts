import type { Postgres } from "../../clients/postgres/postgres.ts";
import { identifier } from "../../clients/postgres/quote.ts";
import { allLogins, type TenantNames } from "../model/names/names.ts";
import { changeRoles } from "./change-roles.ts";
import { refuseFiles } from "./migration-state.ts";

/**
 * Disables a tenant's logins that are enabled, keeps their passwords, and ends all sessions of its logins. From then on none
 * makes anything in the schema. The step of the database enables the app logins again.
 */
export async function disableLogins(postgres: Postgres, epoch: number, names: TenantNames): Promise<void> {
  const logins = allLogins(names);
  const enabled = await postgres.query<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1) AND rolcanlogin",
    [logins],
  );
  const statements = enabled.map(({ rolname }) => ({ text: `ALTER ROLE ${identifier(rolname)} NOLOGIN` }));
  const all = statements.length === 0 ? [] : [...statements, ...refuseFiles(names)];
  await changeRoles(postgres, epoch, logins, all);
}
