import type { Database } from "../../platform/database/database.ts";

interface TableSecurity {
  readonly name: string;
  readonly active: boolean;
}

const sharedTables = ["tenants", "licenses", "audit_logs"];

/**
 * Verifies that this login sees only its own row of the shared tables, and cannot access the tables of audit
 * records. Throws an error with the fault: a tenant that could read another must not start.
 */
export async function checkRowLevelSecurity(database: Database, tenantId: string): Promise<void> {
  await database.transaction(async (transaction) => {
    const { rows: tables } = await transaction.query<TableSecurity>(
      "SELECT name, row_security_active(('public.' || name)::regclass) AS active FROM unnest($1::text[]) AS name",
      [sharedTables],
    );
    const open = tables.filter(({ active }) => !active).map(({ name }) => `public.${name}`);
    if (open.length > 0) throw new Error(`row level security does not bind this login on ${open.join(", ")}`);

    const { rows: tenants } = await transaction.query<{ id: string }>(
      "SELECT id FROM public.tenants LIMIT 2",
    );
    if (tenants.length !== 1 || tenants[0]?.id !== tenantId) {
      const seen = tenants.map(({ id }) => id).join(", ") || "none";
      throw new Error(`expected to see exactly the row ${tenantId} of public.tenants, found ${seen}`);
    }

    const { rows: audit } = await transaction.query(
      "SELECT FROM pg_namespace WHERE nspname = 'audit' AND has_schema_privilege(oid, 'USAGE')",
    );
    if (audit.length > 0)
      throw new Error("this login has USAGE on the schema audit, expected no right on it");

    // An operator from before the schema audit stored the records of all tenants in this table. A sample is enough:
    // row_security_active has confirmed that a policy applies, and this checks that it is the right one.
    const { rows: foreign } = await transaction.query(
      `SELECT 1 FROM (SELECT tenant_id FROM public.audit_logs LIMIT 100) AS sample
        WHERE tenant_id IS DISTINCT FROM $1`,
      [tenantId],
    );
    if (foreign.length > 0) throw new Error("rows of another tenant are visible in public.audit_logs");
  });
}
