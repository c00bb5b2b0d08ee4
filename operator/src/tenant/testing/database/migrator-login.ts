import { randomBytes } from "node:crypto";
import type { ClientConfig } from "pg";
import { runStatements } from "../../../clients/postgres/run-statements.ts";
import { scramVerifier } from "../../../clients/postgres/scram.ts";
import { enableMigrator } from "../../database/migration-state.ts";
import type { PlatformDatabase } from "./platform-database.ts";
import type { TenantDatabase } from "./tenant-database.ts";

/** Enables a tenant's migrator for ten minutes, as before a migration. Returns the Job's connection settings. */
export async function migratorLogin(
  { postgres, epoch }: Pick<PlatformDatabase, "postgres" | "epoch">,
  { names, login }: TenantDatabase,
): Promise<ClientConfig> {
  const password = randomBytes(32).toString("base64url");
  const verifier = await scramVerifier(password, randomBytes(16));
  const until = new Date(Date.now() + 600_000);
  await runStatements(postgres, epoch, enableMigrator(names, verifier, until));
  return { ...login, user: names.roles.migrator, password };
}
