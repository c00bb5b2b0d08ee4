import { Agent } from "node:https";
import { describe, expect, it } from "vitest";
import { type AnyAnswer, administrator, chosenPassword } from "../../../../test/testing/clients/staff.ts";
import { type RuntimeProcess, startRuntime } from "../../../../test/testing/process/runtime-process.ts";
import { createTestTenant } from "../../../../test/testing/process/test-tenant.ts";

const owner = "admin@north.example";
const logins = 400;

describe("400 logins at once from 80 addresses", () => {
  it("are refused at once beyond the bound of the queue; health checks, reads and another login still succeed", async () => {
    await using tenant = await createTestTenant();
    await using runtime = await startRuntime(tenant, {
      prepare: (files) =>
        files.write("etc/tenant.json", {
          ...tenant.tenantFile,
          limits: { ...tenant.tenantFile.limits, loginPerMinute: 100_000 },
        }),
    });
    const { accessToken } = await administrator(runtime, tenant);
    const [crowd, colleague] = [await connected(runtime, logins), await connected(runtime, 2)];
    const logIn = (agent: Agent, address: string, email: string, password: string) =>
      runtime.call("/api/v1/auth/login", {
        method: "POST",
        body: { email, password },
        headers: { "X-Forwarded-For": address },
        agent,
      }) as Promise<AnyAnswer>;
    const ownLogin = () => logIn(colleague, "127.0.0.1", owner, chosenPassword);
    const flood = Array.from({ length: logins }, (_, index) =>
      logIn(crowd, `198.51.100.${index % 80}`, `u${index}@north.example`, "a guess of many"),
    );
    let hashed = 0;
    for (const answer of flood) void answer.then(({ status }) => (hashed += status === 401 ? 1 : 0));
    const after = async <Answer>(work: Promise<Answer>) => ({ answer: await work, hashed });
    await Promise.any(flood);
    const headers = { Authorization: `Bearer ${accessToken}` };
    const [health, read, login] = await Promise.all([
      after(runtime.manage("/health/live")),
      after(runtime.call("/api/v1/customers", { headers, agent: colleague })),
      after(ownLogin()),
    ]);
    const answers = await Promise.all(flood);
    for (const agent of [crowd, colleague]) agent.destroy();
    // On a busy machine Redis may answer some too late. These are 503 too, with another code.
    const busy = answers.filter(({ body }) => body?.error?.code === "LOGIN_BUSY");
    expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThan(30);
    expect(busy.length).toBeGreaterThan(hashed);
    expect(busy[0]).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    expect([health.answer.status, read.answer.status, login.answer.status]).toEqual([200, 200, 200]);
    // In a line of all, each would come after all passwords of the flood.
    const before = { health: health.hashed, read: read.hashed, login: login.hashed };
    expect(Math.max(...Object.values(before)), JSON.stringify(before)).toBeLessThan(hashed / 2);
  });
});

/** An agent with this many open connections, so that their handshakes are not measured. */
async function connected(runtime: RuntimeProcess, connections: number): Promise<Agent> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
  await Promise.all(Array.from({ length: connections }, () => runtime.call("/", { agent })));
  return agent;
}
