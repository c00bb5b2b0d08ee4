import { namesOnServers } from "../../../../contract/tenant-ids.ts";
import type { Database, Transaction } from "../../platform/database/database.ts";

export interface ExpectedIdentity {
  readonly tenantId: string;
  readonly schema: string;
  readonly schemaVersion: number;
}

interface Identity {
  readonly user: string;
  readonly login: string;
  readonly schema: string | null;
  readonly creates: boolean;
  readonly privileged: boolean;
}

/**
 * Verifies the process's identity: its login, its schema, and that the schema has at least the image's version. Returns
 * the schema's version.
 */
export async function checkTenantSecurity(database: Database, expected: ExpectedIdentity): Promise<number> {
  return database.transaction(async (transaction) => {
    await checkIdentity(transaction, expected);
    return checkVersion(transaction, expected.schemaVersion);
  });
}

async function checkIdentity(
  transaction: Transaction,
  { tenantId, schema }: ExpectedIdentity,
): Promise<void> {
  const { rows } = await transaction.query<Identity>(
    `SELECT current_user AS user, session_user AS login, current_schema() AS schema,
            coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS creates,
            (SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS privileged`,
  );
  const [found] = rows;
  if (found === undefined) throw new Error("PostgreSQL did not say who is logged in");
  expectLogin(found, tenantId);
  if (found.schema !== schema) {
    throw new Error(
      `expected the search_path to lead to schema ${schema}, found ${found.schema ?? "no schema"}`,
    );
  }
  if (found.creates) throw new Error(`${found.user} may create objects in ${schema}: only its owner should`);
  if (found.privileged)
    throw new Error(`${found.user} is a privileged role: the runtime needs one that is not`);
}

function expectLogin({ user, login }: Identity, tenantId: string): void {
  const logins = Object.values(namesOnServers(tenantId).appLogins);
  if (user === login && logins.includes(user)) return;
  throw new Error(`expected to be logged in as ${logins.join(" or ")}, found ${user} (session of ${login})`);
}

// A newer schema is expected during a rollout: migrations only add parts that older images ignore.
async function checkVersion(transaction: Transaction, expected: number): Promise<number> {
  const { rows } = await transaction.query<{ version: number | null }>(
    "SELECT max(version) AS version FROM schema_migrations",
  );
  const found = rows[0]?.version ?? 0;
  if (found >= expected) return found;
  throw new Error(
    `expected the schema at version ${expected} or later, found ${found}: run this image's migration`,
  );
}
