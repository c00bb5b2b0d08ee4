import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply, inPod, kubectl } from "./live-cluster.ts";
import {
  type Administrator,
  administrator,
  type SampleTenant,
  sampleTenant,
  uniqueName,
} from "./sample-tenant.ts";
import { type Attack, attackScript, sharedServers, vaultLoginScript } from "./shared-servers-attack.ts";

/**
 * A tenant's pod in the hands of a thief, who runs programs in it. Each attack goes on for some seconds; meanwhile a
 * neighbour's staff work as before.
 */
describe("an attack from one tenant's pod on what all share", () => {
  const plan = uniqueName("unlimited");
  let thief: SampleTenant;
  let neighbour: SampleTenant;
  let staff: Administrator;
  let quiet: number;

  beforeAll(async () => {
    // The neighbour's own limits are not what is measured.
    const spec = { runtime: { replicas: 1 }, rateLimits: { apiPerMinutePerUser: 100_000 } };
    await apply({ apiVersion: "dotmac.io/v1alpha1", kind: "TenantPlan", metadata: { name: plan }, spec });
    [thief, neighbour] = await Promise.all([sampleTenant("thief"), sampleTenant("neighbour", { plan })]);
    staff = await administrator(neighbour);
    await latencies(1_000);
    quiet = percentile(await latencies(4_000), 0.95);
  });
  afterAll(async () => {
    await staff?.[Symbol.asyncDispose]();
    await Promise.all([thief, neighbour].map((tenant) => tenant?.[Symbol.asyncDispose]()));
    await kubectl("delete", "tenantplan", plan, "--ignore-not-found");
  });

  it.each([
    "connections that say nothing",
    "handshakes that never end",
    "new connections without end",
    "commands without end",
    "logins to Vault without end",
  ] as const)("by %s is bounded, and a neighbour's requests are all answered", async (attack) => {
    const { outcome, busy } = await during(attack);
    // To be read, not asserted: the attacker's program has its share of the same processors.
    console.log(JSON.stringify({ attack, quietP95Ms: quiet, busyP95Ms: busy, ...outcome }));
    for (const { name, most } of sharedServers) {
      expect(outcome.openAtOnce[name] ?? 0, name).toBeLessThanOrEqual(most);
    }
    expect(outcome.refused).toBeGreaterThan(0);
  });

  it("by logins leaves a neighbour's pod its own", async () => {
    const running = inPod(
      thief.namespace,
      "deploy/runtime",
      attackScript("logins to Vault without end", thief.id),
    );
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const status = await inPod<number>(neighbour.namespace, "deploy/runtime", vaultLoginScript);
    expect(status).toBe(200);
    await running;
  });

  it("by filling the Redis of all is bounded in time and ends with the thief stopped, and nobody else", async () => {
    const { outcome, busy } = await during("values without end");
    console.log(
      JSON.stringify({ attack: "values without end", quietP95Ms: quiet, busyP95Ms: busy, ...outcome }),
    );
    // From one address the front passes 256 KiB a second and 1 MiB at once to each Redis.
    expect(outcome.storedMebibytes).toBeGreaterThan(1);
    expect(outcome.storedMebibytes).toBeLessThan(2 * (1 + 0.25 * outcome.seconds) + 8);
    const served = await staff.client.call("GET", "/customers", { token: staff.token });
    expect(served.status).toBe(200);
  });

  it("is told in the fronts' logs with the source, once a minute", async () => {
    const log = await kubectl(
      ...["logs", "-n", "dotmac-system", "deployment/pgbouncer", "-c", "front", "--tail=1000"],
    );
    const refusals = log
      .split("\n")
      .filter((line) => line.includes('"refused"'))
      .map((line) => JSON.parse(line) as { from: string; reason: string; why: string });
    const address = await addressOf(thief);
    const reasons = refusals.filter(({ from }) => from === address).map(({ reason }) => reason);
    expect(reasons).toContain("too-many-of-source");
  });

  async function during(attack: Attack) {
    const running = inPod<{
      readonly seconds: number;
      /** Of each server's name, the most connections that were open at the same time after they could be refused. */
      readonly openAtOnce: Record<string, number>;
      readonly refused: number;
      readonly storedMebibytes: number;
    }>(thief.namespace, "deploy/runtime", attackScript(attack, thief.id));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const busy = percentile(await latencies(5_000), 0.95);
    return { outcome: await running, busy };
  }

  /** Milliseconds of each request of two people who go on working, for so long. */
  async function latencies(milliseconds: number): Promise<number[]> {
    const end = performance.now() + milliseconds;
    const times: number[] = [];
    const person = async () => {
      while (performance.now() < end) {
        const asked = performance.now();
        const { status } = await staff.client.call("GET", "/auth/me", { token: staff.token });
        expect(status).toBe(200);
        times.push(performance.now() - asked);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await Promise.all([person(), person()]);
    return times;
  }

  async function addressOf(tenant: SampleTenant): Promise<string> {
    const selector = "app.kubernetes.io/component=runtime";
    const path = "jsonpath={.items[0].status.podIP}";
    return kubectl("get", "pods", "-n", tenant.namespace, "-l", selector, "-o", path);
  }
});

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round((sorted[Math.floor(sorted.length * part)] ?? Number.NaN) * 10) / 10;
}
