import { imageSchemaVersion } from "../../platform/migrations/schema-version.ts";
import { checkRowLevelSecurity } from "../checks/row-level-security.ts";
import { checkTenantSecurity } from "../checks/tenant-security.ts";
import type { Base } from "../lifecycle/base.ts";
import type { Steps } from "../lifecycle/startup.ts";
import type { Foundation } from "./1-foundation.ts";

/** Verifies the identity of the database and its schema. Requests are served only afterwards. */
export async function core(steps: Steps, { config, log }: Base, { database }: Foundation): Promise<void> {
  const { id: tenantId } = config.tenant;
  await steps.critical("row level security", () => checkRowLevelSecurity(database, tenantId));
  await steps.critical("tenant security", async () => {
    const schemaVersion = await imageSchemaVersion();
    const { schema } = config.database;
    const found = await checkTenantSecurity(database, { tenantId, schema, schemaVersion });
    if (found > schemaVersion)
      log.info("the schema is newer than this image", {
        schema_version: found,
        image_version: schemaVersion,
      });
  });
}
