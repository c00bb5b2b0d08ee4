import { argon2Sync, createHash, randomBytes } from "node:crypto";
import type { Client } from "pg";
import { inject } from "vitest";
import { redisCommands, redisPatterns } from "../../../../contract/redis-access.ts";
import { sampleTenantFile } from "../../../../contract/samples/tenant-file.ts";
import {
  namesOnServers,
  tenantIdAlphabet,
  tenantIdLength,
  tenantNamespace,
} from "../../../../contract/tenant-ids.ts";
import {
  createDatabase,
  login,
  type PostgresConnection,
  type TestDatabase,
  withClient,
} from "../../../../harness/services/postgres.ts";
import { type RedisConnection, withRedis } from "../../../../harness/services/redis.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { hashPassword } from "../../../../process/argon2id.ts";
import { readMigrations } from "../../../../process/migrations/migrations-directory.ts";
import { migrationFolders } from "../../../src/platform/migrations/migration-folders.ts";
import { migrate } from "../../../src/platform/migrations/migrations.ts";
import { createPlatformTables } from "./create-platform-tables.ts";
import { jsonRequest } from "./json-request.ts";

/** A tenant as the operator creates it: schema, roles, Redis user, keys in Vault, service account. */
export interface TestTenant extends AsyncDisposable {
  readonly id: string;
  readonly namespace: string;
  readonly database: TestDatabase;
  /** The password of both application logins. */
  readonly password: string;
  readonly adminPassword: string;
  /** The contents of the pod's /etc/dotmac/tenant.json. */
  readonly tenantFile: TenantFileContent;
  /** The files below /var/run/dotmac/secrets, by name. */
  readonly secrets: Readonly<Record<string, object>>;
  /** The projected service account token. */
  readonly vaultToken: string;
  /** PEM of the platform's authority. */
  readonly ca: string;
  readonly logins: { readonly a: string; readonly b: string };
}

export type TenantFileContent = ReturnType<typeof tenantFileOf>;

/** The hash of a password in the form that the runtime stores. */
export const hashOf = (password: string) =>
  hashPassword(password, async (parameters) => argon2Sync("argon2id", parameters));

/**
 * Creates a tenant with its own id on the servers of the run. With a PostgreSQL other than 18 the runtime uses no
 * pooler.
 */
export async function createTestTenant(server = inject("postgres18")): Promise<TestTenant> {
  const schema = await createTenantSchema(server);
  await schema.migrate();
  const { id, password, database } = schema;
  const { appLogins, redisUser } = namesOnServers(id);
  const namespace = tenantNamespace("north", id);
  const adminPassword = randomBytes(18).toString("base64url");
  for (const redis of [inject("redisCache"), inject("redisState")])
    await createRedisUser(redis, id, password);
  const keys = await createVaultKeys(namespace);
  return {
    id,
    namespace,
    database,
    password,
    adminPassword,
    ca: server.ca,
    logins: appLogins,
    tenantFile: tenantFileOf(id, namespace, database.name, server),
    vaultToken: await createServiceAccountToken(namespace),
    secrets: {
      "database.json": { user: appLogins.a, password },
      "redis.json": { user: redisUser, password },
      "auth.json": { keys: [{ kid: "1", secret: randomBytes(32).toString("base64url") }] },
      "admin.json": { email: "admin@north.example", passwordHash: await hashOf(adminPassword) },
      "encryption.json": keys,
    },
    [Symbol.asyncDispose]: () => schema[Symbol.asyncDispose](),
  };
}

/** The part of a tenant in PostgreSQL: its roles and an empty schema. */
export interface TenantSchema extends AsyncDisposable {
  readonly id: string;
  /** The password of all logins. */
  readonly password: string;
  readonly database: TestDatabase;
  /** Migrates with the owner's rights, up to this version; by default to the last one. */
  migrate(version?: number): Promise<void>;
}

/** A random id, as the operator gives it to a new tenant. */
export function newTenantId(): string {
  return [...randomBytes(tenantIdLength)].map((byte) => tenantIdAlphabet[byte % 32]).join("");
}

export async function createTenantSchema(server: PostgresConnection): Promise<TenantSchema> {
  const id = newTenantId();
  const { schema, ownerRole, migratorRole, readWriteRole } = namesOnServers(id);
  const password = randomBytes(18).toString("base64url");
  const database = await createDatabase(server);
  await withClient(database.operator, (client) => createSchema(client, id, password));
  return {
    id,
    password,
    database,
    async migrate(version) {
      const migrator = login(server, database.name, migratorRole, password);
      const target = { schema, ownerRole, writerRole: readWriteRole };
      const steps = (await readMigrations(...migrationFolders())).slice(0, version);
      await withClient(migrator, (client) => migrate(client, target, steps, () => {}));
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function tenantFileOf(id: string, namespace: string, database: string, server: PostgresConnection) {
  const [pooler, cache, state, vault] = [
    server.version === 18 ? inject("pgbouncer18") : server,
    inject("redisCache"),
    inject("redisState"),
    inject("vault"),
  ];
  const { egress: _, ...sample } = sampleTenantFile;
  const { schema, redisPrefix } = namesOnServers(id);
  return {
    ...sample,
    tenant: { ...sample.tenant, id, modules: ["customers"] },
    api: { port: 0, managementPort: 0 },
    database: { ...sample.database, host: pooler.host, port: pooler.port, name: database, schema },
    redis: {
      cache: { host: cache.host, port: cache.port },
      state: { host: state.host, port: state.port },
      prefix: redisPrefix,
    },
    vault: { ...sample.vault, address: vault.address, transitKey: namespace },
    limits: {
      apiPerMinutePerUser: 10_000,
      loginPerMinutePerIp: 100,
      loginPerMinutePerAccount: 1_000,
      loginPerMinute: 1_000,
      searchPerMinute: 1_000,
      bulkPerHour: 100,
    },
    shutdown: { lameDuckSeconds: 1, requestGraceSeconds: 30 },
  };
}

async function createSchema(client: Client, id: string, password: string): Promise<void> {
  const { schema, ownerRole, migratorRole, readWriteRole, appLogins } = namesOnServers(id);
  await createPlatformTables(client);
  await client.query(`
    CREATE ROLE ${ownerRole} NOLOGIN;
    CREATE ROLE ${readWriteRole} NOLOGIN;
    GRANT dotmac_tenant TO ${readWriteRole};
    GRANT ${ownerRole}, ${readWriteRole} TO CURRENT_USER;
    CREATE SCHEMA ${schema} AUTHORIZATION ${ownerRole};
    GRANT USAGE ON SCHEMA ${schema} TO ${readWriteRole};
    INSERT INTO public.tenants (id, uid, name) VALUES ('${id}', gen_random_uuid(), 'north');
    INSERT INTO public.licenses (tenant_id, plan, modules) VALUES ('${id}', 'standard', '{customers}');
    INSERT INTO public.tenants (id, uid, name) VALUES ('aaaaaaaaaa', gen_random_uuid(), 'south');
    INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
      VALUES ('aaaaaaaaaa', 'system', 'customer.created', 'customer', '1');`);
  for (const [name, group] of [
    [migratorRole, `${ownerRole}, dotmac_tenant`],
    [appLogins.a, readWriteRole],
    [appLogins.b, readWriteRole],
  ]) {
    await client.query(`
      CREATE ROLE ${name} LOGIN PASSWORD '${password}';
      GRANT ${group} TO ${name};
      ALTER ROLE ${name} SET search_path = ${schema};`);
  }
}

/** Creates the tenant's user on one Redis, like the operator. */
export async function createRedisUser(server: RedisConnection, id: string, password: string): Promise<void> {
  const hash = createHash("sha256").update(password).digest("hex");
  const { redisUser, redisPrefix } = namesOnServers(id);
  const { keys, channels } = redisPatterns(redisPrefix);
  const rules = ["on", `#${hash}`, ...keys, ...channels, "-@all", ...redisCommands.map((name) => `+${name}`)];
  await withRedis(server, (client) => client.call("ACL", "SETUSER", redisUser, ...rules));
}

async function createVaultKeys(namespace: string): Promise<{ dataKey: string; indexKey: string }> {
  const { ownAddress: address, ca, rootToken } = inject("vault");
  const ask = (path: string) =>
    jsonRequest<{ data: { ciphertext: string } }>(`${address}/v1/transit/${path}/${namespace}`, {
      method: "POST",
      headers: { "X-Vault-Token": rootToken },
      body: {},
      ca,
    });
  await ask("keys");
  const [dataKey, indexKey] = [await ask("datakey/wrapped"), await ask("datakey/wrapped")];
  return { dataKey: dataKey.body.data.ciphertext, indexKey: indexKey.body.data.ciphertext };
}

async function createServiceAccountToken(namespace: string): Promise<string> {
  const { url, ca, adminToken } = inject("kubernetes");
  const create = (path: string, body: object) =>
    jsonRequest<{ status?: { token?: string } }>(`${url}/api/v1/namespaces${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${adminToken}` },
      body,
      ca,
    });
  await create("", { metadata: { name: namespace } });
  await create(`/${namespace}/serviceaccounts`, { metadata: { name: "runtime" } });
  const request = { spec: { audiences: ["vault"], expirationSeconds: 3_600 } };
  const { body } = await create(`/${namespace}/serviceaccounts/runtime/token`, request);
  if (body.status?.token === undefined) throw new Error(`no token: ${JSON.stringify(body)}`);
  return body.status.token;
}
