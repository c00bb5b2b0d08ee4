import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthReport } from "../src/run/management/health-report.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";

describe("a runtime that has started", () => {
  let tenant: TestTenant;
  let runtime: RuntimeProcess;
  let health: HealthReport;
  beforeAll(async () => {
    tenant = await createTestTenant();
    runtime = await startRuntime(tenant);
    health = await runtime.health(({ status }) => status === "healthy");
  });
  afterAll(async () => {
    await runtime[Symbol.asyncDispose]();
    await tenant[Symbol.asyncDispose]();
  });

  it("has passed the six phases in order and logs the time of each step", () => {
    const { phases } = health.startup;
    expect(phases.map(({ name }) => name)).toEqual([
      "foundation",
      "core",
      "infrastructure",
      "security and API",
      "real-time",
      "health",
    ]);
    for (const { ms, steps } of phases) {
      expect(ms).toBeGreaterThan(0);
      expect(steps.length).toBeGreaterThan(0);
    }
    const logged = runtime.lines.filter(({ message }) => message === "a phase is done");
    expect(logged.map(({ phase }) => phase)).toEqual(phases.map(({ name }) => name));
  });

  it("went through the states in order", () => {
    const states = runtime.lines.filter(({ message }) => message === "state").map(({ state }) => state);
    expect(states).toEqual(["Initializing", "Ready", "Healthy"]);
  });

  it("reports every dependency: the login and pool, query time, Redis, hit rate, Vault", () => {
    const details = Object.fromEntries(health.dependencies.map(({ name, details }) => [name, details]));
    expect(details).toMatchObject({
      database: {
        login: tenant.logins.a,
        pool: { max: 5, waiting: 0 },
        queryMs: expect.any(Number),
      },
      cache: { hitRate: null, hits: 0, roundTripMs: expect.any(Number) },
      state: { roundTripMs: expect.any(Number) },
      events: { roundTripMs: expect.any(Number) },
      vault: { address: tenant.tenantFile.vault.address },
      observability: { series: expect.any(Number) },
    });
    expect(health.dependencies.filter(({ critical }) => critical).map(({ name }) => name)).toEqual([
      "database",
    ]);
  });

  it.each(["/health/live", "/health/startup", "/health/ready", "/health"])(
    "answers %s with 200",
    async (path) => {
      expect((await runtime.manage(path)).status).toBe(200);
    },
  );

  it("serves metrics of phases, pool, event loop and requests", async () => {
    await runtime.call("/api/v1/nowhere");
    const { body } = await runtime.manage<string>("/metrics");
    expect(body).toMatch(/^dotmac_startup_phase_seconds\{phase="core"\} 0\.\d+$/m);
    expect(body).toMatch(/^dotmac_database_connections_open [0-5]$/m);
    expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(body).toMatch(/^dotmac_http_requests_total\{method="GET",route="unknown",status="404"\} 1$/m);
    expect(body).toMatch(/^dotmac_http_request_errors_total\{route="unknown",code="ROUTE_NOT_FOUND"\} 1$/m);
    expect(body).toMatch(/^dotmac_http_request_duration_seconds_count\{method="GET",route="unknown"\} 1$/m);
  });

  it("serves the metrics that docs/reference/metrics.md lists, and no others of its own", async () => {
    const { body } = await runtime.manage<string>("/metrics");
    const served = [...body.matchAll(/^# HELP (dotmac_\S+) (.+)\n# TYPE \S+ (\S+)$/gm)];
    const pages = readFileSync(join(import.meta.dirname, "../../docs/reference/metrics.md"), "utf8");
    const page = pages.slice(pages.indexOf("\n## The runtime"), pages.indexOf("\n## The operator"));
    const listed = [...page.matchAll(/^\| `(dotmac_\w+)(?:\{.+\})?` \| (\w+) \| (.+) \|$/gm)];
    const byName = (rows: readonly (readonly (string | undefined)[])[]) =>
      rows.map((row) => row.slice(1)).sort();
    expect(byName(listed)).toEqual(byName(served.map(([all, name, help, kind]) => [all, name, kind, help])));
  });

  it("does not serve the API on the management port, nor health on the API's", async () => {
    expect((await runtime.manage("/api/v1/auth/me")).status).toBe(404);
    expect((await runtime.call("/health")).status).toBe(404);
  });
});
