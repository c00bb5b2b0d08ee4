import { writeFile } from "node:fs/promises";
import pg from "pg";
import { configFolder, runFolder } from "../../contract/mounts.ts";
import { createLogger, type Log } from "../../process/log.ts";
import { readMigrations } from "../../process/migrations/migrations-directory.ts";
import { migrationFolders } from "./platform/migrations/migration-folders.ts";
import { migrate } from "./platform/migrations/migrations.ts";
import { type MigrationConfig, readMigrationConfig } from "./platform/migrations/migrations-config.ts";

const terminationLog = process.env.DOTMAC_TERMINATION_LOG ?? "/dev/termination-log";
const log = createLogger("info").child({ component: "migration", pod: process.env.POD_NAME });

try {
  const version = await run();
  log.info("the schema is up to date", { version });
  await writeTerminationMessage(String(version));
} catch (error) {
  const reason = oneLine(error);
  log.error(`migration failed: ${reason}`);
  await writeTerminationMessage(reason);
  process.exitCode = 1;
}

async function run(): Promise<number> {
  const config = readMigrationConfig(
    process.env.DOTMAC_CONFIG_DIR ?? configFolder,
    process.env.DOTMAC_RUN_DIR ?? runFolder,
  );
  return migrateSchema(config, log);
}

async function migrateSchema(config: MigrationConfig, log: Log): Promise<number> {
  const migrations = await readMigrations(...migrationFolders());
  const client = new pg.Client({ ...config.connection, connectionTimeoutMillis: 10_000 });
  // Without a listener, a lost connection would end the process before the reason is written.
  client.on("error", () => undefined);
  await connect(client, config);
  try {
    return await migrate(client, config.target, migrations, ({ version, name }) =>
      log.info("migration applied", { tenant: config.tenantName, version, name }),
    );
  } finally {
    await client.end();
  }
}

async function connect(client: pg.Client, { connection }: MigrationConfig): Promise<void> {
  try {
    await client.connect();
  } catch (cause) {
    throw new Error(`cannot connect to ${connection.host}:${connection.port} as ${connection.user}`, {
      cause,
    });
  }
}

/** Writes the message that the operator reads from the pod's status. Outside of a pod the file does not exist. */
async function writeTerminationMessage(message: string): Promise<void> {
  await writeFile(terminationLog, message).catch((error: unknown) =>
    log.warn("the termination message was not written", { path: terminationLog, reason: oneLine(error) }),
  );
}

function oneLine(error: unknown): string {
  const messages: string[] = [];
  for (let current = error; current instanceof Error; current = current.cause) messages.push(current.message);
  return messages.join(": ").replaceAll(/\s+/g, " ");
}
