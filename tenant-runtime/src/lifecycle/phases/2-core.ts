import { imageSchemaVersion } from "../../platform/schema-version.ts";
import type { Base } from "../base.ts";
import { checkRowLevelSecurity } from "../checks/row-level-security.ts";
import { checkTenantSecurity } from "../checks/tenant-security.ts";
import type { Steps } from "../startup.ts";
import type { Foundation } from "./1-foundation.ts";

/** Nothing is served before it is certain whose data this is. */
export async function core(steps: Steps, { config }: Base, { database }: Foundation): Promise<void> {
  const { id: tenantId } = config.tenant;
  await steps.critical("row level security", () => checkRowLevelSecurity(database, tenantId));
  await steps.critical("tenant security", async () => {
    const schemaVersion = await imageSchemaVersion();
    await checkTenantSecurity(database, { tenantId, schema: config.database.schema, schemaVersion });
  });
}
