import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client, ClientConfig } from "pg";
import { type NamesOnServers, namesOnServers } from "../../../../contract/tenant-ids.ts";
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
  const names = namesOnServers(randomBytes(5).toString("hex"));
  const password = randomBytes(18).toString("base64url");
  const database = await createDatabase(postgres);
  const as = (role: string) => login(postgres, database.name, role, password);
  await withClient(database.operator, (client) => createRoles(client, names, database.name, password));
  await withClient(as(names.migratorRole), migrateTo(names));
  return {
    name: names.schema,
    migrator: as(names.migratorRole),
    application: as(names.appLogins.a),
    superuser: database.superuser,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** Creates the roles. The operator's own tests cover its statements; these produce their result. */
async function createRoles(client: Client, names: NamesOnServers, database: string, password: string) {
  const { schema, ownerRole, migratorRole, readWriteRole, appLogins } = names;
  await client.query(`
    CREATE ROLE ${ownerRole} NOLOGIN;
    CREATE ROLE ${readWriteRole} NOLOGIN;
    GRANT ${ownerRole}, ${readWriteRole} TO CURRENT_USER;
    GRANT CONNECT ON DATABASE ${database} TO ${ownerRole}, ${readWriteRole};
    CREATE SCHEMA ${schema} AUTHORIZATION ${ownerRole};
    CREATE ROLE ${migratorRole} LOGIN PASSWORD '${password}' IN ROLE ${ownerRole};
    CREATE ROLE ${appLogins.a} LOGIN PASSWORD '${password}' IN ROLE ${readWriteRole};
    ALTER ROLE ${migratorRole} SET search_path = ${schema};
    ALTER ROLE ${appLogins.a} SET search_path = ${schema};`);
}

function migrateTo({ schema, ownerRole, readWriteRole }: NamesOnServers) {
  return async (client: Client): Promise<void> => {
    const sql = await readFile(fragment, "utf8");
    const target = { schema, ownerRole, writerRole: readWriteRole };
    await migrate(client, target, [{ version: 1, name: "addresses", checksum: "", sql }], () => {});
  };
}
