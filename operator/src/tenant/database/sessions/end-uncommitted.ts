import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { runStatements } from "../../../clients/postgres/run-statements.ts";
import { allLogins, type TenantNames } from "../../model/names/names.ts";

/**
 * Ends the tenant's sessions whose open transaction has made files (dotmac.uncommitted_files in bootstrap.sql). PostgreSQL
 * then deletes these files.
 */
export async function endUncommitted(postgres: Postgres, epoch: number, names: TenantNames): Promise<void> {
  const text = "SELECT pg_terminate_backend(pid) FROM dotmac.uncommitted_files() WHERE login = ANY ($1)";
  await runStatements(postgres, epoch, [{ text, values: [allLogins(names)] }]);
}
