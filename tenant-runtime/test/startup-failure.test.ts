import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { namesOnServers } from "../../contract/tenant-ids.ts";
import { freePort } from "../../harness/services/network/free-port.ts";
import { withClient } from "../../harness/services/postgres.ts";
import { imageSchemaVersion } from "../src/platform/migrations/schema-version.ts";
import { type RuntimeFiles, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";

const version = await imageSchemaVersion();

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await createTestTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

/** Runs the runtime to its end and returns its exit code and its log lines of level error. */
async function failedStart(prepare?: (files: RuntimeFiles) => Promise<void>) {
  await using runtime = await startRuntime(tenant, prepare === undefined ? {} : { prepare });
  const { code } = await runtime.exited;
  const errors = runtime.lines.filter(({ level }) => level === "error" || level === "none");
  return { code, errors: errors.map(({ message }) => message) };
}

/** Changes the database as its superuser while `work` runs. */
async function whileChanged<Result>(
  change: string,
  undo: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await withClient(tenant.database.superuser, (client) => client.query(change));
  try {
    return await work();
  } finally {
    await withClient(tenant.database.superuser, (client) => client.query(undo));
  }
}

describe("a schema that is newer than the image", () => {
  it("lets the runtime start, which logs it", async () => {
    const table = `t_${tenant.id}.schema_migrations`;
    await whileChanged(
      `INSERT INTO ${table} (version, name, checksum) VALUES (999, 'later', '')`,
      `DELETE FROM ${table} WHERE version = 999`,
      async () => {
        await using runtime = await startRuntime(tenant);
        await runtime.health(({ status }) => status === "healthy");
        expect(runtime.lines).toContainEqual(
          expect.objectContaining({
            level: "info",
            message: "the schema is newer than this image",
            schema_version: 999,
            image_version: version,
          }),
        );
      },
    );
  });
});

const writeTenantFile = (change: (file: TestTenant["tenantFile"]) => object) => (files: RuntimeFiles) =>
  files.write("etc/tenant.json", change(structuredClone(tenant.tenantFile)));

describe("a critical step that fails ends the process with exit code 1 and one line:", () => {
  it("PostgreSQL cannot be reached", async () => {
    const port = await freePort();
    const result = await failedStart(
      writeTenantFile((file) => ({ ...file, database: { ...file.database, port } })),
    );
    expect(result).toEqual({
      code: 1,
      errors: [expect.stringMatching(/^the runtime failed: foundation: database: .*ECONNREFUSED/)],
    });
  });

  it("the database login is refused", async () => {
    const login = { user: tenant.logins.a, password: "not-the-password" };
    const result = await failedStart((files) => files.write("run/secrets/database.json", login));
    expect(result).toEqual({
      code: 1,
      errors: [expect.stringMatching(/^the runtime failed: foundation: database: .*password|SASL/)],
    });
    expect(result.errors[0]).not.toContain(login.password);
  });

  it("row level security is off on a shared table", async () => {
    const result = await whileChanged(
      "ALTER TABLE public.audit_logs DISABLE ROW LEVEL SECURITY",
      "ALTER TABLE public.audit_logs ENABLE ROW LEVEL SECURITY",
      () => failedStart(),
    );
    expect(result).toEqual({
      code: 1,
      errors: [
        "the runtime failed: core: row level security: row level security does not bind this login on public.audit_logs",
      ],
    });
  });

  it("another tenant's audit rows are visible", async () => {
    const result = await whileChanged(
      `CREATE POLICY leak ON public.audit_logs FOR SELECT TO dotmac_tenant USING (true);
       ALTER TABLE public.audit_logs DISABLE TRIGGER write_record, DROP CONSTRAINT holds_nothing;
       INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
         VALUES ('aaaaaaaaaa', 'system', 'customer.created', 'customer', '1')`,
      `TRUNCATE public.audit_logs;
       ALTER TABLE public.audit_logs ENABLE ALWAYS TRIGGER write_record, ADD CONSTRAINT holds_nothing CHECK (false);
       DROP POLICY leak ON public.audit_logs`,
      () => failedStart(),
    );
    expect(result.code).toBe(1);
    expect(result.errors).toEqual([expect.stringContaining("rows of another tenant are visible")]);
  });

  it("the login may name the tables of audit records", async () => {
    const result = await whileChanged(
      "GRANT USAGE ON SCHEMA audit TO dotmac_tenant",
      "REVOKE USAGE ON SCHEMA audit FROM dotmac_tenant",
      () => failedStart(),
    );
    expect(result.code).toBe(1);
    expect(result.errors).toEqual([expect.stringContaining("USAGE on the schema audit, expected no right")]);
  });

  it("the login may create objects in its schema", async () => {
    const result = await whileChanged(
      `GRANT CREATE ON SCHEMA t_${tenant.id} TO ${namesOnServers(tenant.id).readWriteRole}`,
      `REVOKE CREATE ON SCHEMA t_${tenant.id} FROM ${namesOnServers(tenant.id).readWriteRole}`,
      () => failedStart(),
    );
    expect(result.code).toBe(1);
    expect(result.errors).toEqual([expect.stringContaining("only its owner should")]);
  });

  it("the schema is older than the image's", async () => {
    const table = `t_${tenant.id}.schema_migrations`;
    const last = `version = (SELECT max(version) FROM ${table})`;
    const result = await whileChanged(
      `CREATE TABLE ${table}_kept AS SELECT * FROM ${table} WHERE ${last}; DELETE FROM ${table} WHERE ${last}`,
      `INSERT INTO ${table} SELECT * FROM ${table}_kept; DROP TABLE ${table}_kept`,
      () => failedStart(),
    );
    expect(result).toEqual({
      code: 1,
      errors: [
        `the runtime failed: core: tenant security: expected the schema at version ${version} or later, found ${version - 1}: run this image's migration`,
      ],
    });
  });

  it("Vault refuses the service account's token", async () => {
    const result = await failedStart((files) => files.write("run/vault/token", "not.a.token"));
    expect(result.code).toBe(1);
    expect(result.errors).toEqual([
      expect.stringMatching(
        /security and API: keys: .*Vault answered 4\d\d to \/v1\/auth\/kubernetes\/login/,
      ),
    ]);
  });

  it("the API's port is taken", async () => {
    const other = createServer().listen(0);
    const { port } = other.address() as { port: number };
    const result = await failedStart(writeTenantFile((file) => ({ ...file, api: { ...file.api, port } })));
    other.close();
    expect(result).toEqual({
      code: 1,
      errors: [
        `the runtime failed: health: readiness: cannot listen on port ${port} (EADDRINUSE): free it or set another in tenant.json (listen EADDRINUSE: address already in use :::${port})`,
      ],
    });
  });

  it("tenant.json is wrong", async () => {
    const result = await failedStart(writeTenantFile((file) => ({ ...file, api: { port: "8443" } })));
    expect(result.code).toBe(1);
    expect(result.errors).toEqual([
      expect.stringMatching(
        /tenant\.json: api\.port: .*; api\.managementPort: write a port from 1 to 65535$/,
      ),
    ]);
  });

  it("ca.crt holds no certificate", async () => {
    const result = await failedStart((files) => files.write("etc/ca/ca.crt", ""));
    expect(result.code).toBe(1);
    expect(result.errors).toEqual([
      expect.stringMatching(
        /ca\.crt: expected PEM certificates, found none: write those of the platform's CA there$/,
      ),
    ]);
  });
});
