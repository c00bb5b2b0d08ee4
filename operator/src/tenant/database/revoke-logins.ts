import type { Postgres, Statement } from "../../clients/postgres/postgres.ts";
import { identifier } from "../../clients/postgres/quote.ts";
import type { TenantNames } from "../names.ts";
import { endSessions } from "./migration-state.ts";
import { runStatements } from "./run-statements.ts";

/** Closes a tenant's logins and ends their sessions, those that are idle in the pooler too. */
export async function revokeLogins(postgres: Postgres, epoch: number, { roles }: TenantNames): Promise<void> {
  const logins = [roles.migrator, roles.appA, roles.appB];
  const open = await postgres.query<{ rolname: string }>(
    `SELECT rolname FROM pg_roles
     WHERE rolname = ANY ($1) AND (rolcanlogin OR shobj_description(oid, 'pg_authid') IS NOT NULL)`,
    [logins],
  );
  await runStatements(
    postgres,
    epoch,
    open.flatMap(({ rolname }) => closeLogin(rolname)),
  );
  // Only now: while the logins are open, a session that is ended can be opened again.
  const sessions = await postgres.query("SELECT FROM pg_stat_activity WHERE usename = ANY ($1)", [logins]);
  if (sessions.length > 0) await runStatements(postgres, epoch, [endSessions(logins)]);
}

function closeLogin(role: string): Statement[] {
  return [
    { text: `ALTER ROLE ${identifier(role)} NOLOGIN PASSWORD NULL` },
    { text: `COMMENT ON ROLE ${identifier(role)} IS NULL` },
  ];
}
