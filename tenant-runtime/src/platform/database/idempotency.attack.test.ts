import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { openSchemaDatabase } from "../../../test/testing/database/tenant-database.ts";
import { createTenantSchema, type TenantSchema } from "../../../test/testing/process/test-tenant.ts";
import { AppError } from "../base/errors.ts";
import { createAudit } from "../events/audit.ts";
import { carryOut } from "../events/command.ts";
import { Idempotency, type Mark } from "./idempotency.ts";
import type { RotatingDatabase } from "./rotating-database.ts";

const inClear = { seal: (text: Buffer) => text, open: (sealed: Buffer) => sealed };
const wrongPassword = () =>
  new AppError("VALIDATION_ERROR", {
    details: [{ in: "body", field: "currentPassword", message: "write yours" }],
  });

describe.each(["postgres15", "postgres18"] as const)("an Idempotency-Key on %s", (name) => {
  const server = inject(name);
  let schema: TenantSchema;
  let database: RotatingDatabase;
  let idempotency: Idempotency;
  beforeAll(async () => {
    schema = await createTenantSchema(server);
    await schema.migrate();
    database = openSchemaDatabase(server, schema);
    idempotency = new Idempotency(database, inClear);
  });
  afterAll(async () => {
    await database?.close();
    await schema?.[Symbol.asyncDispose]();
  });

  const read = () => database.transaction(({ query }) => query("SELECT 1 FROM users"));
  const write = (mark: Mark) =>
    carryOut(database, { mark }, (transaction) =>
      createAudit(schema.id)(transaction, {
        actor: { id: "user-1", requestId: "request-1" },
        action: "user.tried",
        entityType: "user",
        entityId: "1",
        details: {},
      }),
    );
  const attempt = () => {
    const request = { userId: "user-1", key: randomUUID(), fingerprint: "change the password" };
    return { request, once: (work: (mark: Mark) => Promise<object>) => idempotency.once(request, work) };
  };
  const stateOf = (key: string) =>
    withClient(schema.database.superuser, async (client) => {
      const { rows } = await client.query(
        `SELECT state FROM t_${schema.id}.idempotency_keys WHERE key = $1`,
        [key],
      );
      return rows[0]?.state;
    });

  it("stays unused after a command that only read before it was refused", async () => {
    const { request, once } = attempt();
    const refused = async () => {
      await read();
      throw wrongPassword();
    };
    await expect(once(refused)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    expect(await stateOf(request.key)).toBeUndefined();
    await expect(once(refused)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    expect(await once(async () => ({ done: true }))).toEqual({ answer: { done: true }, replayed: false });
  });

  it("gives the refusal again when only the attempt was recorded, and does not say that the command was carried out", async () => {
    const { once } = attempt();
    const refused = async (mark: Mark) => {
      await read();
      await write(mark);
      throw wrongPassword();
    };
    const first = await once(refused).catch((error: AppError) => error);
    const again = await once(refused).catch((error: AppError) => error);
    expect(first).toMatchObject({ code: "VALIDATION_ERROR", headers: {} });
    expect(again).toMatchObject({
      code: "VALIDATION_ERROR",
      details: wrongPassword().details,
      headers: { "Idempotency-Replayed": "true" },
    });
  });

  it("is marked by the transaction of the change: a crash before the commit leaves it unused, a crash after it does not", async () => {
    const { request, once } = attempt();
    const states: unknown[] = [];
    const work = async (mark: Mark) => {
      await read();
      states.push(await stateOf(request.key));
      await write(mark);
      states.push(await stateOf(request.key));
      throw new Error("the process ends here");
    };
    await expect(once(work)).rejects.toThrow("the process ends here");
    expect(states).toEqual(["running", "committed"]);
    await expect(once(work)).rejects.toMatchObject({ code: "IDEMPOTENCY_RESPONSE_LOST" });
  });

  it("becomes unused again when the marked transaction does not commit", async () => {
    const { request, once } = attempt();
    const failing = async (mark: Mark) => {
      await carryOut(database, { mark: async (transaction) => mark(transaction).then(refuse) }, read);
      return {};
    };
    const refuse = () => {
      throw wrongPassword();
    };
    await expect(once(failing)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    expect(await stateOf(request.key)).toBeUndefined();
  });

  it("can be marked by each of several commands of one request", async () => {
    const { request, once } = attempt();
    const twice = async (mark: Mark) => {
      await write(mark);
      await write(mark);
      return { done: true };
    };
    expect(await once(twice)).toEqual({ answer: { done: true }, replayed: false });
    expect(await stateOf(request.key)).toBe("answered");
  });

  it("fails the change when another attempt has taken it over", async () => {
    const { request, once } = attempt();
    const overtaken = async (mark: Mark) => {
      await read();
      await withClient(schema.database.superuser, (client) =>
        client.query(`UPDATE t_${schema.id}.idempotency_keys SET claim = gen_random_uuid() WHERE key = $1`, [
          request.key,
        ]),
      );
      await write(mark);
      return {};
    };
    await expect(once(overtaken)).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_IN_USE" });
  });
});
