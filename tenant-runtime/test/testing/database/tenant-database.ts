import type { Login } from "../../../../contract/secret-files.ts";
import { namesOnServers } from "../../../../contract/tenant-ids.ts";
import type { PostgresConnection } from "../../../../harness/services/postgres.ts";
import { systemClock } from "../../../../process/clock.ts";
import { createLogger } from "../../../../process/log.ts";
import { RotatingDatabase } from "../../../src/platform/database/rotating-database.ts";
import type { Watched } from "../../../src/platform/files/watched-file.ts";
import type { TenantSchema, TestTenant } from "../process/test-tenant.ts";

/** The tenant's database, opened like the runtime does, through the pooler. */
export function openTenantDatabase(tenant: TestTenant): RotatingDatabase {
  return new RotatingDatabase({
    settings: { ...tenant.tenantFile.database, ca: () => tenant.ca },
    login: unchangingLogin(tenant, "database.json"),
    log: createLogger("error"),
    clock: systemClock,
  });
}

/** The database of a tenant's schema, opened like the runtime does but without a pooler. */
export function openSchemaDatabase(
  server: PostgresConnection,
  schema: TenantSchema,
  settings: { readonly poolSize?: number; readonly statementTimeoutMs?: number } = {},
): RotatingDatabase {
  const login = { user: namesOnServers(schema.id).appLogins.a, password: schema.password };
  const { host, port, ca } = server;
  return new RotatingDatabase({
    settings: {
      host,
      port,
      name: schema.database.name,
      poolSize: 2,
      statementTimeoutMs: 5_000,
      ...settings,
      ca: () => ca,
    },
    login: { current: () => login, onChange: () => () => {} },
    log: createLogger("error"),
    clock: systemClock,
  });
}

/** A login of the tenant's secrets that is never rotated. */
export function unchangingLogin(tenant: TestTenant, file: string): Watched<Login> {
  return { current: () => tenant.secrets[file] as Login, onChange: () => () => {} };
}
