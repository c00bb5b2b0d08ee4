import { describe, expect, inject, it } from "vitest";
import { namesOnServers } from "../../../../../contract/tenant-ids.ts";
import { login, withClient } from "../../../../../harness/services/postgres.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import { createTenantSchema, type TenantSchema } from "../../../../test/testing/process/test-tenant.ts";
import type { Transaction } from "../../../platform/database/database.ts";
import { takeAccountSequence } from "./repository.ts";

describe.each(["postgres15", "postgres18"] as const)("numbers of accounts, on %s", (server) => {
  it("begin at 1000000", async () => {
    await using schema = await createTenantSchema(inject(server));
    await schema.migrate();
    expect(await take(schema, 2)).toEqual([1_000_000n, 1_000_001n]);
  });

  it("are unique when several transactions draw them, and no transaction waits for another", async () => {
    await using schema = await createTenantSchema(inject(server));
    await schema.migrate();
    await asApp(schema, async (open) => {
      await open.query("BEGIN");
      const first = await takeAccountSequence(open);
      expect(await take(schema, 1)).toEqual([first + 1n]);
      await open.query("ROLLBACK");
    });
    expect(await take(schema, 1)).toEqual([1_000_002n]);
  });

  it("continue after the migration, also when an older image still draws from the sequence", async () => {
    await using schema = await createTenantSchema(inject(server));
    await schema.migrate(10);
    expect(await drawAsBefore(schema)).toBe("1000000");
    expect(await drawAsBefore(schema)).toBe("1000001");
    await schema.migrate();
    expect(await take(schema, 1)).toEqual([1_000_002n]);
    expect(await drawAsBefore(schema)).toBe("1000003");
    expect(await take(schema, 1)).toEqual([1_000_004n]);
  });

  /** Acts like an older image on a platform that does not refuse it. */
  async function drawAsBefore({ id, database }: TenantSchema): Promise<string> {
    return withClient(database.superuser, async (client) => {
      await client.query("BEGIN; GRANT EXECUTE ON FUNCTION nextval(regclass) TO PUBLIC");
      await client.query(
        `SET LOCAL ROLE ${namesOnServers(id).readWriteRole}; SET LOCAL search_path = t_${id}`,
      );
      const { rows } = await client.query("SELECT nextval('customer_account_numbers') AS number");
      await client.query("ROLLBACK");
      return rows[0].number;
    });
  }

  async function take(schema: TenantSchema, count: number): Promise<bigint[]> {
    return asApp(schema, async (client) => {
      const numbers: bigint[] = [];
      while (numbers.length < count) numbers.push(await takeAccountSequence(client));
      return numbers;
    });
  }

  function asApp<Result>(
    { id, password, database }: TenantSchema,
    work: (client: Transaction) => Promise<Result>,
  ): Promise<Result> {
    return withClient(
      login(inject(server), database.name, namesOnServers(id).appLogins.a, password),
      async (client) => {
        await client.query(`SET search_path = t_${id}`);
        return work({ query: client.query.bind(client) } as unknown as Transaction);
      },
    );
  }
});
