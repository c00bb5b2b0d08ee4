import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { createDatabase, type TestDatabase } from "../../../harness/services/postgres.ts";
import type {} from "../../../harness/services/vitest.ts";
import { migratePlatform } from "../clients/postgres/platform-schema.ts";
import type { Postgres } from "../clients/postgres/postgres.ts";
import { startPlatform } from "./start-platform.ts";
import { operatorsPostgres } from "./testing/database/platform-database.ts";

const one = "CREATE TABLE public.one (id int);";
const two = "CREATE TABLE public.two (id int);";

describe.each(["postgres15", "postgres18"] as const)("the platform's tables on %s", (server) => {
  let database: TestDatabase;
  let postgres: Postgres;
  let directory: string;

  beforeEach(async () => {
    database = await createDatabase(inject(server));
    postgres = operatorsPostgres(inject(server), database);
    directory = await mkdtemp(join(tmpdir(), "dotmac-sql-"));
    await write("0001_one.sql", one);
  });
  afterEach(async () => {
    await postgres[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  const write = (name: string, sql: string) => writeFile(join(directory, name), sql);
  const migrate = () => migratePlatform(postgres, directory);
  const recorded = () =>
    postgres.query<{ version: number; checksum: string | null }>(
      "SELECT version, checksum FROM public.operator_schema ORDER BY version",
    );
  const checksum = expect.stringMatching(/^[0-9a-f]{64}$/);

  it("are created by each file once, whose checksum is kept", async () => {
    expect(await migrate()).toEqual(["one"]);
    await write("0002_two.sql", two);
    expect([await migrate(), await migrate()]).toEqual([["two"], []]);
    expect(await recorded()).toEqual([
      { version: 1, checksum },
      { version: 2, checksum },
    ]);
  });

  it("are refused when a file that created them was edited, and the error says what to do", async () => {
    await migrate();
    await write("0001_one.sql", `${one}\n`);
    await expect(migrate()).rejects.toMatchObject({
      reason: "PlatformSchema",
      message: expect.stringMatching(/migration 1 was applied as one .*put the file back as it was/),
    });
  });

  it("of an operator that kept no checksums get those of the present files", async () => {
    await postgres.transaction((transaction) =>
      transaction.query(`${one}
        CREATE TABLE public.operator_schema
          (version int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
        INSERT INTO public.operator_schema VALUES (1, '0001_one.sql')`),
    );
    expect(await migrate()).toEqual([]);
    expect(await recorded()).toEqual([{ version: 1, checksum }]);
    await write("0001_one.sql", two);
    await expect(migrate()).rejects.toThrow("put the file back as it was");
  });

  it("of a newer operator serve an older one too", async () => {
    await write("0002_two.sql", two);
    await migrate();
    await rm(join(directory, "0002_two.sql"));
    expect(await migrate()).toEqual([]);
  });

  it("keep nothing of a file that fails or that ends its transaction", async () => {
    await write("0002_two.sql", `${two} SELECT 1 / 0;`);
    await expect(migrate()).rejects.toThrow("migration 2 (two) failed and was rolled back: division by zero");
    await write("0002_two.sql", "COMMIT; BEGIN;");
    await expect(migrate()).rejects.toThrow("remove BEGIN, COMMIT and ROLLBACK from the file");
    expect(await recorded()).toEqual([{ version: 1, checksum }]);
  });

  it("are updated before each epoch begins", async () => {
    const first = await startPlatform(postgres, "a");
    expect(await startPlatform(postgres, "b")).toBe(first + 1);
  });
});
