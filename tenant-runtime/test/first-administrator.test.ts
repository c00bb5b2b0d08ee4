import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../harness/services/vitest.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, hashOf, type TestTenant } from "./testing/process/test-tenant.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
beforeAll(async () => {
  tenant = await createTestTenant();
  runtime = await startRuntime(tenant);
  await runtime.health(({ status }) => status === "healthy");
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

const password = "one-time-password-of-the-second";
const created = () =>
  runtime.lines.filter(({ message }) => message === "the first administrator was created");
const logIn = async (email: string, secret: string) => {
  const body = { email, password: secret };
  return (await runtime.call("/api/v1/auth/login", { method: "POST", body })).status;
};

describe("another address in admin.json", () => {
  it("creates its administrator once, without a restart, and keeps the one before", async () => {
    expect(await logIn("second@north.example", password)).toBe(401);
    const passwordHash = await hashOf(password);
    await runtime.write("run/secrets/admin.json", { email: "second@north.example", passwordHash });
    await runtime.line(() => created().length === 2);
    expect(await logIn("second@north.example", password)).toBe(200);
    expect(await logIn("admin@north.example", tenant.adminPassword)).toBe(200);
    await runtime.write("run/secrets/admin.json", { email: "Second@North.example", passwordHash });
    await runtime.line(
      ({ message, file }) => message === "a followed file has changed" && file === "admin.json",
    );
    expect(created()).toHaveLength(2);
  });
});
