import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RuntimeProcess, startRuntime } from "./testing/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/test-tenant.ts";

describe("a runtime that starts", () => {
  let tenant: TestTenant;
  let runtime: RuntimeProcess;
  beforeAll(async () => {
    tenant = await createTestTenant();
    runtime = await startRuntime(tenant);
  });
  afterAll(async () => {
    await runtime[Symbol.asyncDispose]();
    await tenant[Symbol.asyncDispose]();
  });

  it("becomes healthy and tells how long each phase took", async () => {
    const health = await runtime.health(({ status }) => status === "healthy");
    expect(health.startup.phases.map(({ name }) => name)).toEqual([
      "foundation",
      "core",
      "infrastructure",
      "security and API",
      "real-time",
      "health",
    ]);
    console.log(JSON.stringify(health, null, 1));
  });
});
