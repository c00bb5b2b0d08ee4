import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { runStatements } from "../../../clients/postgres/run-statements.ts";
import { allLogins, type TenantNames } from "../../model/names/names.ts";

/** A session of one of the logins $2 whose snapshot may not contain the last change of the licence of the tenant $1. */
const old = `FROM pg_stat_activity JOIN public.licenses ON tenant_id = $1
  WHERE usename = ANY ($2) AND age(backend_xmin) >= age(licenses.xmin)`;

/**
 * Ends the tenant's sessions that still read its licence from before its last change, because a statement or a
 * transaction of theirs began earlier: a trigger reads there whether audit records are refused. Call it after the change
 * has committed, and again at each look, because the operator may have ended in between.
 */
export async function endOldSnapshots(postgres: Postgres, epoch: number, names: TenantNames): Promise<void> {
  const values = [names.id, allLogins(names)];
  const found = await postgres.query(`SELECT ${old}`, values);
  if (found.length === 0) return;
  await runStatements(postgres, epoch, [{ text: `SELECT pg_terminate_backend(pid) ${old}`, values }]);
}
