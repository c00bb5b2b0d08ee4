import type { Resource } from "../../step/resource.ts";
import { destroyDatabase } from "./destroy.ts";
import { driftedDatabases } from "./drifted.ts";
import { ensureDatabase } from "./ensure.ts";
import { analysisLimit, storageLimit } from "./limits.ts";
import { databaseLogin } from "./login.ts";
import { revokeLogins } from "./revoke.ts";

/** The tenant's schema, roles, grants and licence in PostgreSQL. */
export const database: Resource = {
  condition: "DatabaseReady",
  login: databaseLogin,
  limits: [storageLimit, analysisLimit],
  ensure: ensureDatabase,
  drifted: (tenants, { postgres }) => [{ part: "PostgreSQL", drifted: driftedDatabases(tenants, postgres) }],
  revoke: ({ names, world }) => revokeLogins(world.postgres, world.epoch, names),
  destroy: (names, { postgres, epoch }) => destroyDatabase(postgres, epoch, names),
};
