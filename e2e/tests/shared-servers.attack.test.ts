import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inPod, kubectl } from "./live-cluster.ts";
import { type NeighbourAtWork, neighbourAtWork } from "./neighbour-at-work.ts";
import type { SampleTenant } from "./sample-tenant.ts";
import { attackScript, attacks, redisInflow, targets, vaultLoginScript } from "./shared-servers-attack.ts";

/**
 * A tenant's pod in the hands of a thief, who runs programs in it. Each attack goes on for some seconds; meanwhile a
 * neighbour's staff work as before. How fast they are answered is measured by `make bench-neighbour`.
 */
describe("an attack from one tenant's pod on what all share", () => {
  let place: NeighbourAtWork;
  beforeAll(async () => {
    place = await neighbourAtWork();
  });
  afterAll(() => place?.[Symbol.asyncDispose]());

  it.each(attacks.filter((attack) => attack !== "values without end"))(
    "by %s is bounded, and a neighbour's requests are all answered",
    async (attack) => {
      const { result, latencies } = await place.attack(attack);
      expect(latencies.length).toBeGreaterThan(10);
      for (const { name, most } of targets[attack]) {
        expect(result.openAtOnce[name], name).toBeGreaterThan(0);
        expect(result.openAtOnce[name], name).toBeLessThanOrEqual(most);
      }
      expect(result.refused).toBeGreaterThan(0);
    },
  );

  it("by logins leaves a neighbour's pod its own", async () => {
    const { thief, neighbour } = place;
    const script = attackScript("logins to Vault without end", thief.id);
    const login = () => inPod<number>(neighbour.namespace, "deploy/runtime", vaultLoginScript);
    expect((await place.during(script, login)).done).toBe(200);
  });

  it("by filling the Redis of all is bounded in time and ends with the thief stopped, and nobody else", async () => {
    const { result } = await place.attack("values without end");
    const { burst, perSecond } = redisInflow;
    expect(result.storedMebibytes).toBeGreaterThan(burst);
    expect(result.storedMebibytes).toBeLessThan(2 * (burst + perSecond * result.seconds) + 8);
    const { client, token } = place.staff;
    expect((await client.call("GET", "/customers", { token })).status).toBe(200);
  });

  it("is told in the fronts' logs with the source, once a minute", async () => {
    const log = await kubectl(
      ...["logs", "-n", "dotmac-system", "deployment/pgbouncer", "-c", "front", "--tail=1000"],
    );
    const refusals = log
      .split("\n")
      .filter((line) => line.includes('"refused"'))
      .map((line) => JSON.parse(line) as { from: string; reason: string; why: string });
    const address = await addressOf(place.thief);
    const reasons = refusals.filter(({ from }) => from === address).map(({ reason }) => reason);
    expect(reasons).toContain("too-many-of-source");
  });

  async function addressOf(tenant: SampleTenant): Promise<string> {
    const selector = "app.kubernetes.io/component=runtime";
    const path = "jsonpath={.items[0].status.podIP}";
    return kubectl("get", "pods", "-n", tenant.namespace, "-l", selector, "-o", path);
  }
});
