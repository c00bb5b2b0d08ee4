import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withClient } from "../../harness/services/postgres.ts";
import type {} from "../../harness/services/vitest.ts";
import type { OpenApiDocument } from "../src/http/openapi/openapi.ts";
import { type RuntimeProcess, startRuntime } from "./testing/runtime-process.ts";
import { administrator, agent, anonymous, chosenPassword, type Staff } from "./testing/staff.ts";
import { createTestTenant, type TestTenant } from "./testing/test-tenant.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
let document: OpenApiDocument;
beforeAll(async () => {
  tenant = await createTestTenant();
  runtime = await startRuntime(tenant);
  admin = await administrator(runtime, tenant);
  document = (await anonymous(runtime)("GET", "/openapi.json")).body;
  await keepMarks();
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

const inSchema = (text: string, values: unknown[] = []) =>
  withClient(tenant.database.superuser, async (client) => {
    await client.query(`SET search_path = t_${tenant.id}`);
    return (await client.query(text, values)).rows;
  });

/** Keeps each key that a transaction has marked: the answer replaces the mark a moment later. */
const keepMarks = () =>
  inSchema(`
    CREATE TABLE marks (key text);
    GRANT INSERT ON marks TO t_${tenant.id}_rw;
    CREATE FUNCTION keep_mark() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO marks VALUES (NEW.key); RETURN NEW; END $$;
    CREATE TRIGGER marks AFTER UPDATE ON idempotency_keys
      FOR EACH ROW WHEN (NEW.state = 'committed') EXECUTE FUNCTION keep_mark();`);

interface Trial {
  readonly as: Staff;
  readonly path: string;
  readonly body?: unknown;
}

const clerk = () => agent(runtime, admin, `clerk-${randomUUID()}@north.example`);

/** How each operation is asked once, successfully. */
const trials: Readonly<Record<string, () => Promise<Trial>>> = {
  logout: async () => ({ as: await clerk(), path: "/auth/logout" }),
  changeOwnPassword: async () => ({
    as: await clerk(),
    path: "/auth/password",
    body: { currentPassword: chosenPassword, newPassword: "another quiet river" },
  }),
  createUser: async () => ({
    as: admin,
    path: "/users",
    body: { email: "new@north.example", role: "agent" },
  }),
  resetUserPassword: async () => ({ as: admin, path: `/users/${(await clerk()).userId}/password-reset` }),
  createCustomersInBulk: async () => ({
    as: admin,
    path: "/customers/bulk",
    body: { items: [{ type: "person", name: "Ann" }] },
  }),
  createCustomer: async () => ({ as: admin, path: "/customers", body: { type: "person", name: "Ann" } }),
};

describe("every operation that takes an Idempotency-Key", () => {
  it("is tried here", () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const keyed = operations.filter(({ parameters }) =>
      parameters.some((parameter) => "name" in parameter && parameter.name === "Idempotency-Key"),
    );
    expect(keyed.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(trials).sort());
  });

  it.each(Object.entries(trials))(
    "marks it in the transaction of its change: %s",
    async (_operation, trial) => {
      const { as, path, body } = await trial();
      const key = randomUUID();
      const { status } = await as.call("POST", path, body, { "Idempotency-Key": key });
      expect(status).toBeLessThan(300);
      expect(await inSchema("SELECT key FROM marks WHERE key = $1", [key])).toEqual([{ key }]);
    },
  );
});
