import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inPod, kubectl } from "./testing/live-cluster.ts";
import { type NeighbourAtWork, neighbourAtWork } from "./testing/neighbour-at-work.ts";
import type { SampleTenant } from "./testing/sample-tenant.ts";
import {
  attackScript,
  attacks,
  redisInflow,
  targets,
  vaultLoginScript,
} from "./testing/shared-servers-attack.ts";

/**
 * An attacker runs programs in a tenant's pod. Each attack lasts some seconds. Meanwhile a neighbour's staff work as
 * before. `make bench-neighbour` measures their response times.
 */
describe("an attack from one tenant's pod on the shared servers", () => {
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

  it("by logins does not prevent logins of a neighbour's pod", async () => {
    const { attacker, neighbour } = place;
    const script = attackScript("logins to Vault without end", attacker.id);
    const login = () => inPod<number>(neighbour.namespace, "deploy/runtime", vaultLoginScript);
    expect((await place.during(script, login)).done).toBe(200);
  });

  it("by filling the shared Redis is bounded in time and stops the attacker's writes only", async () => {
    const { result } = await place.attack("values without end");
    const { burst, perSecond } = redisInflow;
    expect(result.storedMebibytes).toBeGreaterThan(burst);
    expect(result.storedMebibytes).toBeLessThan(2 * (burst + perSecond * result.seconds) + 8);
    const { client, token } = place.staff;
    expect((await client.call("GET", "/customers", { token })).status).toBe(200);
  });

  it("is logged by the fronts with the source, once a minute", async () => {
    const log = await kubectl(
      ...["logs", "-n", "dotmac-system", "deployment/pgbouncer", "-c", "front", "--tail=1000"],
    );
    const refusals = log
      .split("\n")
      .filter((line) => line.includes('"refused"'))
      .map((line) => JSON.parse(line) as { from: string; reason: string; why: string });
    const address = await addressOf(place.attacker);
    const reasons = refusals.filter(({ from }) => from === address).map(({ reason }) => reason);
    expect(reasons).toContain("too-many-of-source");
  });

  async function addressOf(tenant: SampleTenant): Promise<string> {
    const selector = "app.kubernetes.io/component=runtime";
    const path = "jsonpath={.items[0].status.podIP}";
    return kubectl("get", "pods", "-n", tenant.namespace, "-l", selector, "-o", path);
  }
});
