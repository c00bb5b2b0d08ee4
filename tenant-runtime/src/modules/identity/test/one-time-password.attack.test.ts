import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import { type ServedTenant, serveTenant } from "../../../../test/testing/clients/serve-tenant.ts";
import {
  type AnyAnswer,
  administrator,
  anonymous,
  type Staff,
} from "../../../../test/testing/clients/staff.ts";
import { type RuntimeProcess, startRuntime } from "../../../../test/testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "../../../../test/testing/process/test-tenant.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;

let served: ServedTenant;
beforeAll(async () => {
  served = await serveTenant();
  ({ tenant, runtime, admin } = served);
});
afterAll(() => served?.[Symbol.asyncDispose]());

const email = "late@north.example";
const logIn = (password: string) => anonymous(runtime)("POST", "/auth/login", { email, password });
const outcome = ({ status, body }: AnyAnswer) => [status, body?.error?.code];
const query = (text: string, values: unknown[] = []) =>
  withClient(tenant.database.superuser, async (client) => (await client.query(text, values)).rows);
const passwordOf = ({ body }: AnyAnswer): string => body.data.attributes.oneTimePassword;

describe("a one-time password", () => {
  it("expires after 72 hours, with an answer that tells its user but not a guesser", async () => {
    const created = await admin.call("POST", "/users", { email, role: "agent" });
    const oneTime = passwordOf(created);
    expect(outcome(await logIn(oneTime))).toEqual([200, undefined]);
    const { id } = created.body.data;
    const [row] = await query(
      `SELECT extract(epoch FROM password_expires_at - now()) / 3600 AS hours FROM t_${tenant.id}.users WHERE id = $1`,
      [id],
    );
    expect(Number(row.hours)).toBeGreaterThan(71.9);
    expect(Number(row.hours)).toBeLessThanOrEqual(72);
    await query(`UPDATE t_${tenant.id}.users SET password_expires_at = now() WHERE id = $1`, [id]);
    expect(outcome(await logIn(oneTime))).toEqual([401, "ONE_TIME_PASSWORD_EXPIRED"]);
    expect(outcome(await logIn("a guess of many"))).toEqual([401, "INVALID_CREDENTIALS"]);

    const again = passwordOf(await admin.call("POST", `/users/${id}/password-reset`));
    expect(outcome(await logIn(again))).toEqual([200, undefined]);
  });

  it("gives no expiry to the chosen password that replaces it", async () => {
    await query(
      `UPDATE t_${tenant.id}.users SET password_expires_at = now() - interval '1 day' WHERE id = $1`,
      [admin.userId],
    );
    await expect(administrator(runtime, tenant)).resolves.toMatchObject({ userId: admin.userId });
  });

  it("of the first administrator expires too", async () => {
    await using fresh = await createTestTenant();
    await using first = await startRuntime(fresh);
    await first.port("api");
    await withClient(fresh.database.superuser, (client) =>
      client.query(`UPDATE t_${fresh.id}.users SET password_expires_at = now()`),
    );
    const body = { email: "admin@north.example", password: fresh.adminPassword };
    const answer = await anonymous(first)("POST", "/auth/login", body);
    expect(outcome(answer)).toEqual([401, "ONE_TIME_PASSWORD_EXPIRED"]);
  });
});

describe("an answer under an Idempotency-Key", () => {
  it.each([
    ["a new user", () => ({ path: "/users", body: { email: "once@north.example", role: "agent" } })],
    ["a reset password", () => ({ path: `/users/${admin.userId}/password-reset` })],
  ])("with a secret is not stored: %s", async (name, request: () => { path: string; body?: object }) => {
    const { path, body } = request();
    const key = `secret-${name.replaceAll(" ", "-")}`;
    const ask = () => admin.call("POST", path, body, { "Idempotency-Key": key });
    expect(passwordOf(await ask())).toMatch(/^[a-z2-9]{20}$/);
    const [kept] = await query(`SELECT * FROM t_${tenant.id}.idempotency_keys WHERE key = $1`, [key]);
    expect(kept).toMatchObject({ state: "answered", response: null });
    // A user whose own password was reset is logged out.
    const again = outcome(await ask());
    expect(again).toEqual(
      name === "a new user" ? [409, "IDEMPOTENCY_RESPONSE_LOST"] : [401, "SESSION_ENDED"],
    );
  });

  it("without a secret is stored", async () => {
    await using fresh = await createTestTenant();
    await using other = await startRuntime(fresh);
    const boss = await administrator(other, fresh);
    const headers = { "Idempotency-Key": "customer" };
    const ask = () => boss.call("POST", "/customers", { type: "person", name: "Ada" }, headers);
    const [first, second] = [await ask(), await ask()];
    expect(second.body.data).toEqual(first.body.data);
  });
});
