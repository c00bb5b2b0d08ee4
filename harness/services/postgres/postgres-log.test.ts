import { describe, expect, it } from "vitest";
import { startPostgres, withClient } from "../postgres.ts";

describe.each([15, 18] as const)("the server log of PostgreSQL %i", (version) => {
  it("holds every statement, and none of the platform's passwords", async () => {
    await using postgres = await startPostgres({ version });
    await using database = await postgres.createDatabase();
    await withClient(database.operator, (client) => client.query("SELECT 'a statement to be found'"));
    const log = await postgres.log();
    expect(log).toContain("SELECT 'a statement to be found'");
    expect(log).not.toContain(postgres.passwords.operator);
    expect(log).not.toContain(postgres.passwords.pooler);
    expect(log).not.toContain(postgres.superuserPassword);
  });
});
