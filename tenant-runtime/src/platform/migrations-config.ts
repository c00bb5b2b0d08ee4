import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
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

/** Reads the Job's mounted files. Throws with the file's name and what was expected in it. */
export async function readMigrationConfig(
  configDirectory: string,
  runDirectory: string,
): Promise<MigrationConfig> {
  const { tenant, database } = await readJson(join(configDirectory, "tenant.json"), tenantFile);
  const login = await readJson(join(runDirectory, "secrets", "database.json"), loginFile);
  const ca = await readFile(join(configDirectory, "ca", "ca.crt"), "utf8");
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

async function readJson<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  const text = await readFile(path, "utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be a secret.
    throw new Error(`${path} is not valid JSON: the operator writes this file, look there`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`${path} is not as docs/contracts.md says: ${problems.join("; ")}`);
}
