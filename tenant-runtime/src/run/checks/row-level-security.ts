import type { Database } from "../../platform/database/database.ts";

interface TableSecurity {
  readonly name: string;
  readonly active: boolean;
}

const sharedTables = ["tenants", "licenses", "audit_logs"];

/**
 * Proves that this login sees its own row of the tables that all tenants share, and no one else's. Throws
 * what is wrong: a tenant that could read another must not start.
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

    // A sample is enough: row_security_active has said that the policy applies, this says it is the right one.
    const { rows: foreign } = await transaction.query(
      `SELECT 1 FROM (SELECT tenant_id FROM public.audit_logs LIMIT 100) AS sample
        WHERE tenant_id IS DISTINCT FROM $1`,
      [tenantId],
    );
    if (foreign.length > 0) throw new Error("rows of another tenant are visible in public.audit_logs");
  });
}
