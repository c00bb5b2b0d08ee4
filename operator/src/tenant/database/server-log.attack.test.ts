import type { Socket } from "node:net";
import { Client, type ClientConfig } from "pg";
import { describe, expect, it } from "vitest";
import { until } from "../../../../harness/machine/until.ts";
import { startPostgres, withClient } from "../../../../harness/services/postgres.ts";
import { repairSharedObjects } from "../shared/repair-shared-objects.ts";
import { attemptStatement } from "../testing/database/attempt-statement.ts";
import { migratorLogin } from "../testing/database/migrator-login.ts";
import { platformDatabase } from "../testing/database/platform-database.ts";
import { converge, tenantDatabase } from "../testing/database/tenant-database.ts";

const flood = [
  "DO $$ BEGIN RAISE LOG 'flood by log'; END $$",
  "DO $$ BEGIN RAISE EXCEPTION 'flood by error'; END $$",
  "SELECT 'flood by statement'",
  "SET debug_print_plan = on; SELECT 'flood by plan'",
];

const attempts = [
  "SET log_min_messages = debug1",
  "RESET log_min_messages",
  "SELECT set_config('log_min_messages', 'log', false)",
  "ALTER ROLE CURRENT_USER SET log_min_messages = log",
  "ALTER ROLE CURRENT_USER RESET log_min_messages",
  "ALTER ROLE CURRENT_USER RESET ALL",
  "ALTER ROLE CURRENT_USER IN DATABASE CURRENT SET log_min_messages = log",
  "SET log_min_error_statement = error",
  "RESET log_min_error_statement",
  "ALTER ROLE CURRENT_USER SET log_min_error_statement = error",
  "SET log_error_verbosity = verbose",
  "ALTER ROLE CURRENT_USER SET log_error_verbosity = verbose",
  "SET log_statement = 'all'",
  "SET log_min_duration_statement = 0",
];

const parameters = ["log_min_messages", "log_min_error_statement", "log_error_verbosity"];

describe.each([15, 18] as const)("the log of PostgreSQL %i", (version) => {
  it("has no line of a tenant's login, with any settings, but has the lines of others", async () => {
    await using postgres = await startPostgres({ version });
    await using platform = await platformDatabase(postgres);
    const north = await tenantDatabase(platform, "north");
    for (const login of [north.login, await migratorLogin(platform, north)]) {
      await withClient(login, async (client) => {
        for (const statement of flood) await client.query(statement).catch(() => {});
        for (const attempt of attempts)
          await attemptStatement(
            client,
            attempt.replace("DATABASE CURRENT", `DATABASE ${platform.database.name}`),
          );
        for (const statement of flood) await client.query(statement).catch(() => {});
      });
      await withClient(login, async (client) => {
        expect((await client.query("SHOW log_min_messages")).rows).toEqual([{ log_min_messages: "fatal" }]);
        for (const statement of flood) await client.query(statement).catch(() => {});
      });
      const chosen = { ...login, options: "-c log_min_messages=log" };
      await expect(withClient(chosen, async () => {})).rejects.toMatchObject({ code: "42501" });
    }
    await withClient(platform.database.operator, async (client) => {
      for (const statement of flood.map((text) => text.replace("flood", "operator")))
        await client.query(statement).catch(() => {});
    });
    const log = await postgres.log();
    for (const kind of ["log", "error", "statement", "plan"]) expect(log).toContain(`operator by ${kind}`);
    expect(log).not.toContain("flood by");
  });

  it("has no statement of a session whose client is lost", async () => {
    await using postgres = await startPostgres({ version });
    await using platform = await platformDatabase(postgres);
    const north = await tenantDatabase(platform, "north");
    const migrator = await migratorLogin(platform, north);
    const { superuser } = platform.database;
    // PostgreSQL logs the statement of the session, and the failing function's statement as the context.
    const statements = [
      "SELECT pg_sleep(60) /* flood by a lost statement */",
      "DO $$ BEGIN EXECUTE 'SELECT pg_sleep(60) /* flood by a lost context */'; END $$",
    ];
    for (const login of [north.login, migrator])
      for (const statement of statements) await abandon(superuser, login, statement);
    for (const statement of statements)
      await abandon(superuser, platform.database.operator, statement.replace("flood", "operator"));
    await until("six sessions to end", async () =>
      (await postgres.log()).split("connection to client lost").length > 6 ? true : undefined,
    );
    const log = await postgres.log();
    for (const kind of ["statement", "context"]) expect(log).toContain(`operator by a lost ${kind}`);
    expect(log).not.toContain("flood by");
  });

  it("is not changed by an operator without the right, which reports it", async () => {
    await using postgres = await startPostgres({ version });
    await using platform = await platformDatabase(postgres);
    const north = await tenantDatabase(platform, "north");
    await withClient(platform.database.superuser, (client) =>
      client.query(`REVOKE SET ON PARAMETER ${parameters.join(", ")} FROM dotmac_operator`),
    );
    expect(await repairSharedObjects(platform)).toEqual({
      repaired: [],
      faults: [...parameters]
        .sort()
        .map((name) => expect.stringContaining(`The right to set ${name} is not as bootstrap.sql makes it`)),
    });
    expect(await converge(platform, north.desired, north.passwords)).toBe(0);
    await tenantDatabase(platform, "south");
  });

  /** Sends a statement and disconnects without notice once it runs. */
  async function abandon(superuser: ClientConfig, login: ClientConfig, statement: string): Promise<void> {
    // From the start of the session on: SET leaves the running timer of the server's own setting, 5 s.
    const client = new Client({ ...login, options: "-c client_connection_check_interval=10" });
    client.on("error", () => {});
    await client.connect();
    const lost = client.query(statement).catch(() => {});
    const sleeping = () =>
      withClient(superuser, async (observer) => {
        const asleep = "SELECT FROM pg_stat_activity WHERE usename = $1 AND wait_event = 'PgSleep'";
        return (await observer.query(asleep, [login.user])).rows.length > 0;
      });
    await until("the statement to run", async () => (await sleeping()) || undefined);
    (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    await until("the session to end", async () => !(await sleeping()) || undefined);
    await lost;
  }
});
