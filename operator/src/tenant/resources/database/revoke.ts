import type { Postgres, Statement } from "../../../clients/postgres/postgres.ts";
import { identifier } from "../../../clients/postgres/quote.ts";
import { changeRoles } from "../../database/change-roles.ts";
import { allLogins, type TenantNames } from "../../model/names/names.ts";

/** Disables a tenant's logins and ends their sessions, including idle ones of the pooler. */
export async function revokeLogins(postgres: Postgres, epoch: number, names: TenantNames): Promise<void> {
  const logins = allLogins(names);
  const open = await postgres.query<{ rolname: string }>(
    `SELECT rolname FROM pg_roles
     WHERE rolname = ANY ($1) AND (rolcanlogin OR EXISTS (SELECT FROM public.login_marks WHERE login = rolname))`,
    [logins],
  );
  const statements = open.flatMap(({ rolname }) => closeLogin(rolname));
  await changeRoles(postgres, epoch, logins, statements);
}

function closeLogin(role: string): Statement[] {
  return [
    { text: `ALTER ROLE ${identifier(role)} NOLOGIN PASSWORD NULL` },
    { text: "DELETE FROM public.login_marks WHERE login = $1", values: [role] },
  ];
}
