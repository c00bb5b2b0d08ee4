import type { Login } from "../../../contract/secret-files.ts";
import { systemClock } from "../../../process/clock.ts";
import { createLogger } from "../../../process/log.ts";
import { RotatingDatabase } from "../../src/platform/database/rotating-database.ts";
import type { Watched } from "../../src/platform/files/watched-file.ts";
import type { TestTenant } from "./test-tenant.ts";

/** The tenant's database as the runtime opens it, through the pooler. */
export function openTenantDatabase(tenant: TestTenant): RotatingDatabase {
  return new RotatingDatabase({
    settings: { ...tenant.tenantFile.database, ca: () => tenant.ca },
    login: unchangingLogin(tenant, "database.json"),
    log: createLogger("error"),
    clock: systemClock,
  });
}

/** A login of the tenant's secrets that is never rotated. */
export function unchangingLogin(tenant: TestTenant, file: string): Watched<Login> {
  return { current: () => tenant.secrets[file] as Login, onChange: () => () => {} };
}
