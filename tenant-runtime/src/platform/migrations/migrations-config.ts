import { join } from "node:path";
import { z } from "zod";
import { readJsonFile } from "../files/json-file.ts";
import { readPlatformCa } from "../files/platform-ca.ts";
import type { MigrationTarget } from "./migrations.ts";

/** What a migration Job needs to know; see docs/contracts.md, "The migration Job". */
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

const tenantFile = z.object({
  tenant: z.object({
    id: z.string().regex(/^[a-z2-7]{10}$/, "expected 10 characters of a-z and 2-7"),
    name: z.string(),
  }),
  database: z.object({ host: z.string(), port: z.int(), name: z.string(), schema: z.string() }),
});

const loginFile = z.object({ user: z.string(), password: z.string() });

/** Reads the Job's mounted files. Throws FileFault, with the file's name and what was expected in it. */
export function readMigrationConfig(configDirectory: string, runDirectory: string): MigrationConfig {
  const { tenant, database } = readJsonFile(join(configDirectory, "tenant.json"), tenantFile);
  const login = readJsonFile(join(runDirectory, "secrets", "database.json"), loginFile);
  const ca = readPlatformCa(join(configDirectory, "ca", "ca.crt"));
  return {
    tenantName: tenant.name,
    connection: { host: database.host, port: database.port, database: database.name, ...login, ssl: { ca } },
    target: {
      schema: database.schema,
      ownerRole: `t_${tenant.id}_owner`,
      writerRole: `t_${tenant.id}_rw`,
    },
  };
}
