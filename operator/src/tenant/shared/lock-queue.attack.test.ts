import type { Client, ClientConfig } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { until } from "../../../../harness/machine/until.ts";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { migratorLogin } from "../testing/database/migrator-login.ts";
import type { PlatformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, twoTenants } from "../testing/database/tenant-database.ts";

/** SQLSTATEs that end an attack: a missing right, or the lock timeout. */
const refused = "42501";
const waitedTooLong = "55P03";

/**
 * One session holds a weak lock. Another requests a strong lock on the same object, which PostgreSQL takes before
 * it checks the right. So the second session waits, and all sessions that need the object wait behind it.
 */
interface Attack {
  readonly weak: string;
  readonly strong: string;
  /** Whether the attack runs as the owner of the tenant's schema. */
  readonly owner?: boolean;
}

const weakLocks = {
  roles: "SELECT FROM pg_roles LIMIT 1",
  classes: "SELECT relname FROM pg_class LIMIT 1",
  audit: "SELECT tenant_id FROM public.audit_logs",
  auditForWriting: "PREPARE adding AS INSERT INTO public.audit_logs (tenant_id) VALUES ('x')",
  tenants: "SELECT id FROM public.tenants",
};

const trigger = "EXECUTE FUNCTION suppress_redundant_updates_trigger()";

const byAppLogin: readonly Attack[] = [
  { weak: weakLocks.roles, strong: "CREATE RULE x AS ON INSERT TO pg_authid DO NOTHING" },
  { weak: weakLocks.classes, strong: "CREATE RULE x AS ON INSERT TO pg_class DO NOTHING" },
  { weak: weakLocks.audit, strong: "CREATE RULE x AS ON INSERT TO public.audit_logs DO NOTHING" },
  { weak: weakLocks.tenants, strong: "CREATE RULE x AS ON INSERT TO public.tenants DO NOTHING" },
  {
    weak: weakLocks.auditForWriting,
    strong: `CREATE TRIGGER x BEFORE INSERT ON public.audit_logs ${trigger}`,
  },
  {
    weak: weakLocks.auditForWriting,
    strong: `DO 'BEGIN CREATE TRIGGER x BEFORE INSERT ON public.audit_logs ${trigger};END'`,
  },
];

/** A migrator may name objects of public as itself, and objects of pg_catalog as the schema's owner. */
const byMigrator: readonly Attack[] = [
  ...byAppLogin,
  {
    weak: weakLocks.classes,
    strong: "ALTER TABLE parts ATTACH PARTITION pg_class DEFAULT",
    owner: true,
  },
  { weak: weakLocks.roles, strong: "ALTER TABLE parts ATTACH PARTITION pg_authid DEFAULT", owner: true },
  { weak: weakLocks.roles, strong: "ALTER TABLE parts DETACH PARTITION pg_authid", owner: true },
  { weak: weakLocks.roles, strong: "CREATE TABLE more PARTITION OF pg_authid DEFAULT", owner: true },
  {
    weak: "SET enable_seqscan = off; SELECT FROM pg_roles WHERE oid = 10",
    strong: "ALTER INDEX parts_id ATTACH PARTITION pg_authid_oid_index",
    owner: true,
  },
];

describe.each(["postgres15", "postgres18"] as const)("a lock that a tenant waits for, on %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;
  let south: TenantDatabase;
  let migrator: ClientConfig;

  beforeAll(async () => {
    ({ platform, north, south } = await twoTenants(inject(server)));
    migrator = await migratorLogin(platform, north);
    await asOwner(
      "CREATE TABLE parts (id bigint) PARTITION BY LIST (id); CREATE INDEX parts_id ON ONLY parts (id)",
    );
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  it.each(byAppLogin)("does not delay a neighbour when an app login asks for it: $strong", async (attack) => {
    const codes = await during(attack, north.login, () => neighbourWorks(1_000));
    expect([...codes]).toEqual([refused]);
  });

  it.each(byMigrator)("does not delay a neighbour when a migrator asks for it: $strong", async (attack) => {
    const codes = await during(attack, migrator, () => neighbourWorks(5_000));
    expect(codes.has(refused) || codes.has(waitedTooLong)).toBe(true);
    expect(codes).not.toContain("carried out");
  });

  it("is granted to a migrator in its own schema meanwhile", async () => {
    const attack = {
      weak: weakLocks.roles,
      strong: "CREATE RULE x AS ON INSERT TO pg_authid DO NOTHING",
    };
    await during(attack, migrator, () =>
      asOwner(`CREATE TABLE mine (id int); CREATE TRIGGER x BEFORE UPDATE ON mine FOR EACH ROW ${trigger};
               CREATE POLICY own ON mine; ALTER TABLE mine ADD PRIMARY KEY (id); DROP TABLE mine`),
    );
  });

  /**
   * Repeats an attack while `work` runs: one session holds the weak lock, another requests the strong one again and
   * again. Returns the answers, at least one.
   */
  async function during(
    { weak, strong, owner = false }: Attack,
    attacker: ClientConfig,
    work: () => Promise<void>,
  ) {
    const ending = new AbortController();
    const codes = new Set<string>();
    await withClient(platform.database.superuser, (observer) =>
      withClient(north.login, (holder) =>
        withClient(attacker, async (waiter) => {
          await holder.query("BEGIN");
          await holder.query(weak);
          await waiter.query("SET lock_timeout = 0");
          if (owner) await actAsOwner(waiter);
          const asking = repeat(waiter, strong, codes, ending.signal);
          await until(
            "the attack to begin",
            async () => codes.size > 0 || (await isWaiting(observer)) || undefined,
          );
          try {
            await work();
          } finally {
            ending.abort();
            await holder.query("ROLLBACK");
            await asking;
          }
        }),
      ),
    );
    expect(codes.size).toBeGreaterThan(0);
    return codes;
  }

  async function repeat(client: Client, statement: string, codes: Set<string>, ending: AbortSignal) {
    while (!ending.aborted) {
      await client.query(statement).then(
        () => codes.add("carried out"),
        ({ code }: { code: string }) => codes.add(code),
      );
    }
  }

  /** The function reads no table, so that it does not wait itself. */
  async function isWaiting(observer: Client): Promise<boolean> {
    return (await observer.query("SELECT FROM pg_lock_status() WHERE NOT granted")).rows.length > 0;
  }

  /** Logs in, reads and writes, each statement within this many milliseconds. */
  async function neighbourWorks(bound: number): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) {
      const bounded = { ...south.login, connectionTimeoutMillis: 5_000, statement_timeout: bound };
      await withClient(bounded, async (client) => {
        expect((await client.query("SELECT id FROM public.tenants")).rows).toEqual([{ id: south.names.id }]);
        await client.query(
          `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
           VALUES ($1, 'user', 'worked', 'tenant', '1')`,
          [south.names.id],
        );
      });
    }
  }

  async function asOwner(statements: string): Promise<void> {
    await withClient(migrator, async (client) => {
      await actAsOwner(client);
      await client.query(statements);
    });
  }

  async function actAsOwner(client: Client): Promise<void> {
    await client.query(`SET ROLE ${north.names.roles.owner}`);
    await client.query(`SET search_path = ${north.names.schema}, pg_catalog`);
  }
});
