import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { bootstrapDatabase } from "../../../../../harness/services/postgres/bootstrap-database.ts";
import { withClient } from "../../../../../harness/services/postgres.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import { scramVerifier } from "../../../clients/postgres/scram.ts";
import { repairSharedObjects } from "../../shared/repair-shared-objects.ts";
import { type PlatformDatabase, platformDatabase } from "../../testing/database/platform-database.ts";
import { converge, type TenantDatabase, tenantDatabase } from "../../testing/database/tenant-database.ts";
import { changedPasswords } from "./differences.ts";
import { observeDatabase } from "./observe.ts";

describe.each(["postgres15", "postgres18"] as const)("a login's password, on %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;

  beforeAll(async () => {
    platform = await platformDatabase(inject(server));
    north = await tenantDatabase(platform, "north");
  });

  beforeEach(async () => {
    await converge(platform, north.desired, north.passwords);
  });

  afterAll(() => platform[Symbol.asyncDispose]());

  it.each([
    ["another", async () => "'attacker'"],
    ["a verifier of its own", async () => `'${await scramVerifier("attacker", Buffer.alloc(16, 7))}'`],
    ["none", async () => "NULL"],
  ])("that the login has replaced by %s is found in bulk and restored, once", async (_, password) => {
    const { appA } = north.names.roles;
    expect(await changed()).toEqual([]);
    const text = `ALTER ROLE ${appA} PASSWORD ${await password()}`;
    await withClient(north.login, (client) => client.query(text));
    await expect(withClient(north.login, async () => {})).rejects.toMatchObject({ code: "28P01" });

    expect(await changed()).toEqual([appA]);
    expect(await converge(platform, north.desired, north.passwords)).toBe(2);
    await withClient(north.login, (client) => client.query("SELECT id FROM public.tenants"));
    await expect(withClient({ ...north.login, password: "attacker" }, async () => {})).rejects.toMatchObject({
      code: "28P01",
    });
    expect(await changed()).toEqual([]);
    expect(await converge(platform, north.desired, north.passwords)).toBe(0);
  });

  it("stays with its verifier if an older operator has marked it in the role's comment", async () => {
    const { appA } = north.names.roles;
    const before = await verifierOf(appA);
    await platform.postgres.query("DELETE FROM public.login_marks WHERE login = $1", [appA]);
    await platform.postgres.query(`COMMENT ON ROLE ${appA} IS '${north.desired.passwordMarks?.[appA]}'`);
    expect(await changed()).toEqual([]);
    expect(await converge(platform, north.desired, north.passwords)).toBe(2);
    expect(await verifierOf(appA)).toBe(before);
    expect(await converge(platform, north.desired, north.passwords)).toBe(0);
  });

  it.each([
    ["reads verifiers", () => `SELECT * FROM dotmac.tenant_verifiers(ARRAY['${north.names.roles.appA}'])`],
    ["comments its login", () => `COMMENT ON ROLE ${north.names.roles.appA} IS 'x'`],
    ["reads the operator's marks", () => "SELECT mark FROM public.login_marks"],
    ["changes the operator's marks", () => "UPDATE public.login_marks SET mark = 'x'"],
    ["changes its other login's", () => `ALTER ROLE ${north.names.roles.appB} PASSWORD 'x'`],
  ])("is secret: no tenant %s", async (_, statement) => {
    await withClient(north.login, async (client) => {
      await expect(client.query(statement())).rejects.toMatchObject({ code: "42501" });
    });
  });

  it("is readable by the operator for app logins only", async () => {
    const names = ["postgres", "dotmac_operator", "pgbouncer_auth", north.names.roles.migrator];
    expect(await platform.postgres.query("SELECT * FROM dotmac.tenant_verifiers($1)", [names])).toEqual([]);
    expect(await verifierOf(north.names.roles.appA)).toMatch(/^SCRAM-SHA-256\$4096:/);
  });

  it("is not compared, with a warning, in a database with an older bootstrap", async () => {
    await withClient(platform.database.superuser, (client) => client.query("DROP SCHEMA dotmac CASCADE"));
    expect(await converge(platform, north.desired, north.passwords)).toBe(0);
    expect((await repairSharedObjects(platform)).faults).toEqual(
      [
        "event trigger dotmac_bound_schema",
        "event trigger dotmac_bound_schema_first",
        "event trigger dotmac_guard_ddl",
        "event trigger dotmac_guard_grants",
        "event trigger dotmac_guard_ranges",
        "function dotmac.bound_schema()",
        "function dotmac.end_analysis(integer,oid)",
        "function dotmac.global_bytes()",
        "function dotmac.guard_ddl()",
        "function dotmac.guard_grants()",
        "function dotmac.guard_ranges()",
        "function dotmac.kill_session(integer,timestamp with time zone)",
        "function dotmac.relation_files()",
        "function dotmac.running_analyses()",
        "function dotmac.schema_counts(oid)",
        "function dotmac.schema_sizes()",
        "function dotmac.tenant_verifiers(text[])",
        "function dotmac.uncommitted_files()",
        "function dotmac.unnamed_files()",
      ].map((name) => expect.stringContaining(`The ${name} is not as bootstrap.sql makes it`)),
    );
    await withClient(platform.database.superuser, (client) =>
      bootstrapDatabase(client, inject(server).passwords),
    );
    expect(await repairSharedObjects(platform)).toEqual({ repaired: [], faults: [] });
  });

  async function changed(): Promise<string[]> {
    const found = (await observeDatabase(platform.postgres, [north.names.id])).get(north.names.id);
    return found === undefined ? [] : changedPasswords(found);
  }

  async function verifierOf(login: string): Promise<string | undefined> {
    const [row] = await platform.postgres.query<{ verifier: string }>(
      "SELECT verifier FROM dotmac.tenant_verifiers($1)",
      [[login]],
    );
    return row?.verifier;
  }
});
