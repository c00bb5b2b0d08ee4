import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import { withRedis } from "../../../../../harness/services/redis.ts";
import {
  type AnyAnswer,
  administrator,
  agent,
  anonymous,
  chosenPassword,
  type Staff,
} from "../../../../test/testing/clients/staff.ts";
import { type RuntimeProcess, startRuntime } from "../../../../test/testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "../../../../test/testing/process/test-tenant.ts";
import { until } from "../../../../test/testing/process/until.ts";

const limits = { loginPerMinutePerIp: 5, loginPerMinutePerAccount: 10, loginPerMinute: 30 };
const owner = "admin@north.example";
const home = "192.0.2.10";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;

beforeAll(async () => {
  tenant = await createTestTenant();
  runtime = await startRuntime(tenant, {
    prepare: (files) =>
      files.write("etc/tenant.json", {
        ...tenant.tenantFile,
        limits: { ...tenant.tenantFile.limits, ...limits },
      }),
  });
  admin = await administrator(runtime, tenant);
  expect((await logIn(home, owner, chosenPassword)).status).toBe(200);
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

/** Simulates that a minute has passed. */
beforeEach(() =>
  withRedis(inject("redisState"), async (client) => {
    const keys = await client.keys(`t:${tenant.id}:limit:*`);
    if (keys.length > 0) await client.del(...keys);
  }),
);

// The gateway appends the address that it sees.
const logInAt = (
  pod: RuntimeProcess,
  address: string,
  email: string,
  password = "a guess of many",
): Promise<AnyAnswer> =>
  anonymous(pod)("POST", "/auth/login", { email, password }, { "X-Forwarded-For": address });
const logIn = (...attempt: [address: string, email: string, password?: string]) =>
  logInAt(runtime, ...attempt);

const guess = (count: number, from: (index: number) => string, at: (index: number) => string) =>
  Promise.all(Array.from({ length: count }, (_, index) => logIn(from(index), at(index))));

const statusesOf = (answers: readonly AnyAnswer[]) => {
  const counted: Record<number, number> = {};
  for (const { status } of answers) counted[status] = (counted[status] ?? 0) + 1;
  return counted;
};
const anywhere = (index: number) => `198.51.${index >> 8}.${index & 255}`;

describe("guesses at one account from many addresses", () => {
  it.each([
    ["a user's", owner],
    ["nobody's", "nobody@north.example"],
  ])("are bounded together, %s, with the same answer", async (_whose, email) => {
    const answers = await guess(24, anywhere, () => email);
    expect(statusesOf(answers)).toEqual({ 401: 10, 429: 14 });
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body.error).toMatchObject({ code: "RATE_LIMITED", details: [] });
    expect(Number(refused?.headers["retry-after"])).toBeLessThanOrEqual(60);
  });

  it("lock the owner out at an unknown address for a while, and not at a known one", async () => {
    await guess(12, anywhere, () => owner);
    expect((await logIn("203.0.113.9", owner, chosenPassword)).status).toBe(429);
    expect((await logIn(home, owner, chosenPassword)).status).toBe(200);
  });
});

describe("guesses at many accounts", () => {
  it("from many addresses are bounded for the whole provider, and do not lock the owner out", async () => {
    const answers = await guess(60, anywhere, (index) => `u${index}@north.example`);
    expect(statusesOf(answers)).toEqual({ 401: 30, 429: 30 });
    expect((await logIn(home, owner, chosenPassword)).status).toBe(200);
  });

  it("from one IPv6 site have four times the limit of one client", async () => {
    const site = (index: number) => `2001:db8:7:${(index * 1_021).toString(16)}::1`;
    const answers = await guess(40, site, (index) => `s${index}@north.example`);
    expect(statusesOf(answers)).toEqual({ 401: 20, 429: 20 });
    expect((await logIn("2001:db8:8::1", "s@north.example")).status).toBe(401);
  });
});

describe("guesses at the present password of a stolen session", () => {
  it("are bounded like logins, and are in the audit trail", async () => {
    const body = { currentPassword: "a guess of many", newPassword: "another quiet river" };
    const answers = [];
    for (let index = 0; index < 24; index += 1) {
      const headers = { "X-Forwarded-For": anywhere(index), "Idempotency-Key": `guess-${index}` };
      answers.push(await admin.call("POST", "/auth/password", body, headers));
    }
    expect(statusesOf(answers)).toEqual({ 422: 10, 429: 14 });
    const rows = await until(
      () => auditRows("user.password_change_refused"),
      (found) => found.length === 10,
    );
    expect(rows[0]).toMatchObject({ actor: admin.userId, entity_type: "user", entity_id: admin.userId });
  });
});

describe("the audit trail", () => {
  it("has ten rows of an account and of all unknown emails, and the number of the other guesses once the pod ends", async () => {
    await using other = await createTestTenant();
    await using pod = await startRuntime(other, {
      prepare: (files) =>
        files.write("etc/tenant.json", {
          ...other.tenantFile,
          limits: { ...other.tenantFile.limits, loginPerMinutePerAccount: 100 },
        }),
    });
    const attacked = await agent(pod, await administrator(pod, other), "fresh@north.example");
    const knownOrNot = [() => "fresh@north.example", (index: number) => `u${index}@north.example`];
    for (const email of knownOrNot) {
      const answers = await Promise.all(
        Array.from({ length: 24 }, (_, index) => logInAt(pod, anywhere(index), email(index))),
      );
      expect(statusesOf(answers)).toEqual({ 401: 24 });
    }
    pod.signal("SIGTERM");
    expect(await pod.exited).toEqual({ code: 0, signal: null });
    const rows = await auditRows("session.refused", other);
    for (const subject of [attacked.userId, "unknown"]) {
      const details = rows.filter(({ entity_id }) => entity_id === subject).map((row) => row.details);
      expect(details).toHaveLength(11);
      expect(details.filter(({ attempts }) => attempts !== undefined)).toEqual([{ attempts: 14 }]);
    }
  });
});

async function auditRows(action: string, { id, database } = tenant) {
  const { rows } = await withClient(database.superuser, (client) =>
    client.query(`SELECT * FROM audit.t_${id} WHERE action = $1`, [action]),
  );
  return rows;
}
