import { join } from "node:path";
import { z } from "zod";
import { configPaths, runPaths } from "../../../../contract/mounts.ts";
import { migratorFiles } from "../../../../contract/secret-files.ts";
import { tenantFile } from "../../../../contract/tenant-file.ts";
import { namesOnServers } from "../../../../contract/tenant-ids.ts";
import { readJsonFile } from "../../../../process/files/json-file.ts";
import { readPlatformCa } from "../files/platform-ca.ts";
import type { MigrationTarget } from "./migrations.ts";

/** The configuration of a migration Job; see docs/contracts.md, "The migration Job". */
export interface MigrationConfig {
  readonly tenantName: string;
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    readonly password: string;
    readonly ssl: { readonly ca: string };
  };
  readonly target: MigrationTarget;
}

// A part of the runtime's file, so that this image also migrates for an operator that writes more or fewer fields.
const jobFile = z.object({
  tenant: tenantFile.shape.tenant.pick({ id: true, name: true }),
  database: tenantFile.shape.database.pick({ host: true, port: true, name: true, schema: true }),
});

/** Reads the Job's mounted files. Throws FileFault with the file's name and the expected content. */
export function readMigrationConfig(configDirectory: string, runDirectory: string): MigrationConfig {
  const { tenant, database } = readJsonFile(join(configDirectory, configPaths.tenantFile), jobFile);
  const login = readJsonFile(
    join(runDirectory, runPaths.secrets, "database.json"),
    migratorFiles["database.json"],
  );
  const ca = readPlatformCa(join(configDirectory, configPaths.ca));
  const { ownerRole, readWriteRole } = namesOnServers(tenant.id);
  return {
    tenantName: tenant.name,
    connection: { host: database.host, port: database.port, database: database.name, ...login, ssl: { ca } },
    target: { schema: database.schema, ownerRole, writerRole: readWriteRole },
  };
}
