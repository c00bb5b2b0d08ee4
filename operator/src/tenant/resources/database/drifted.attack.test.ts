import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import { databaseError } from "../../../clients/postgres/errors.ts";
import type { Postgres } from "../../../clients/postgres/postgres.ts";
import type { SettledTenant } from "../../step/resource.ts";
import { type PlatformDatabase, platformDatabase } from "../../testing/database/platform-database.ts";
import { converge, type TenantDatabase, tenantDatabase } from "../../testing/database/tenant-database.ts";
import { driftedDatabases } from "./drifted.ts";

const digest = randomBytes(32).toString("base64");
/** As much as one process can write at once. */
const large = (mebibytes: number) => randomBytes(mebibytes * 2 ** 20).toString("hex");

/** Statements of a login on its own role, each of megabytes that do not compress. */
const hugeRoles = {
  settings: () =>
    ["application_name", "search_path", "local_preload_libraries", "default_tablespace"].map(
      (name) => `ALTER ROLE CURRENT_USER SET ${name} = '${large(1.2)}'`,
    ),
  "a password": () => [
    `ALTER ROLE CURRENT_USER PASSWORD 'SCRAM-SHA-256$4096:${large(0.5)}$${digest}:${digest}'`,
  ],
};

const cases = [
  ["settings", "postgres15"],
  ["settings", "postgres18"],
  // From PostgreSQL 18 on, a verifier has 512 bytes at most.
  ["a password", "postgres15"],
] as const;

describe.each(cases)("a login with megabytes of %s on itself, on %s", (what, server) => {
  let platform: PlatformDatabase;
  let attacker: TenantDatabase;
  let changed: TenantDatabase;
  let south: TenantDatabase;

  beforeAll(async () => {
    platform = await platformDatabase(inject(server));
    attacker = await tenantDatabase(platform, "attacker");
    changed = await tenantDatabase(platform, "changed");
    south = await tenantDatabase(platform, "south");
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  it("is found, and hides no drift of others", async () => {
    await withClient(attacker.login, async (client) => {
      for (const statement of hugeRoles[what]()) await client.query(statement);
    });
    await platform.postgres.query(`ALTER ROLE ${changed.names.roles.appA} CONNECTION LIMIT 77`);
    expect(await drifted(platform.postgres)).toEqual([attacker, changed].map(idOf));
    expect(await converge(platform, attacker.desired, attacker.passwords)).toBeGreaterThan(0);
    expect(await drifted(platform.postgres)).toEqual([idOf(changed)]);
    expect(await converge(platform, changed.desired, changed.passwords)).toBe(1);
    await withClient(attacker.login, (client) => client.query("SELECT id FROM public.tenants"));
  });

  it("counts as drift if it cannot be observed, and hides no drift of others", async () => {
    await platform.postgres.query(`ALTER ROLE ${changed.names.roles.appA} CONNECTION LIMIT 77`);
    const { postgres } = platform;
    const tooMuch: Postgres = {
      ...postgres,
      async query(text, values) {
        const rows = await postgres.query<never>(text, values);
        if (!JSON.stringify(values ?? []).includes(attacker.names.id)) return rows;
        const { error } = await outOfMemory();
        throw databaseError(error, postgres.server);
      },
    };
    expect(await drifted(tooMuch)).toEqual([attacker, changed].map(idOf));
    expect(await converge(platform, changed.desired, changed.passwords)).toBe(1);
  });

  /** A refusal of the server with the SQLSTATE 53200. */
  async function outOfMemory(): Promise<{ error: unknown }> {
    const text = "DO $$ BEGIN RAISE out_of_memory; END $$";
    const error = await withClient(platform.database.operator, (client) =>
      client.query(text).catch((refusal: unknown) => refusal),
    );
    return { error };
  }

  async function drifted(postgres: Postgres): Promise<string[]> {
    const found = await driftedDatabases([attacker, changed, south].map(settled), postgres);
    return found.map(({ blueprint }) => blueprint.names.id);
  }
});

function idOf({ names }: TenantDatabase): string {
  return names.id;
}

function settled({ names, desired }: TenantDatabase): SettledTenant {
  const { plan, modules, maxCustomers } = desired.licence;
  const { connectionLimit, enabledLogins } = desired;
  const blueprint = { names, plan, modules, maxCustomers, database: { connectionLimit } };
  return { blueprint, enabledLogins } as unknown as SettledTenant;
}
