import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client, ClientConfig } from "pg";
import { createDatabase, login, type Postgres, withClient } from "../../../../harness/services/postgres.ts";
import { migrate } from "../../../../tenant-runtime/src/platform/migrations/migrations.ts";

/** A tenant's schema with the tables of addresses, created by its migrator like on a platform. */
export interface NetworkSchema extends AsyncDisposable {
  readonly name: string;
  /** Has the owner's rights. */
  readonly migrator: ClientConfig;
  /** May read and write the tables, like a pod. */
  readonly application: ClientConfig;
  readonly superuser: ClientConfig;
}

const fragment = join(import.meta.dirname, "..", "addresses.sql");

/** Creates a separate tenant in a separate database. */
export async function createNetworkSchema(postgres: Postgres): Promise<NetworkSchema> {
  const name = `t_${randomBytes(5).toString("hex")}`;
  const password = randomBytes(18).toString("base64url");
  const database = await createDatabase(postgres);
  const as = (role: string) => login(postgres, database.name, `${name}_${role}`, password);
  await withClient(database.operator, (client) => createRoles(client, name, database.name, password));
  await withClient(as("migrator"), migrateTo(name));
  return {
    name,
    migrator: as("migrator"),
    application: as("app_a"),
    superuser: database.superuser,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** Creates the roles. The operator's own tests cover its statements; these produce their result. */
async function createRoles(client: Client, schema: string, database: string, password: string) {
  await client.query(`
    CREATE ROLE ${schema}_owner NOLOGIN;
    CREATE ROLE ${schema}_rw NOLOGIN;
    GRANT ${schema}_owner, ${schema}_rw TO CURRENT_USER;
    GRANT CONNECT ON DATABASE ${database} TO ${schema}_owner, ${schema}_rw;
    CREATE SCHEMA ${schema} AUTHORIZATION ${schema}_owner;
    CREATE ROLE ${schema}_migrator LOGIN PASSWORD '${password}' IN ROLE ${schema}_owner;
    CREATE ROLE ${schema}_app_a LOGIN PASSWORD '${password}' IN ROLE ${schema}_rw;
    ALTER ROLE ${schema}_migrator SET search_path = ${schema};
    ALTER ROLE ${schema}_app_a SET search_path = ${schema};`);
}

function migrateTo(schema: string) {
  return async (client: Client): Promise<void> => {
    const sql = await readFile(fragment, "utf8");
    const target = { schema, ownerRole: `${schema}_owner`, writerRole: `${schema}_rw` };
    await migrate(client, target, [{ version: 1, name: "addresses", checksum: "", sql }], () => {});
  };
}
