import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../harness/machine/until.ts";
import { keepAsking } from "./testing/keep-asking.ts";
import { apply, kubectl } from "./testing/live-cluster.ts";
import { type Pod, runtimePods } from "./testing/runtime-pods.ts";
import { administrator, type SampleTenant, sampleTenant, uniqueName } from "./testing/sample-tenant.ts";

describe("a tenant under load", () => {
  const plan = uniqueName("busy");
  let tenant: SampleTenant;

  const planWith = (memory: string) => ({
    apiVersion: "dotmac.io/v1alpha1",
    kind: "TenantPlan",
    metadata: { name: plan },
    spec: {
      runtime: { replicas: 2, resources: { limits: { memory } } },
      rateLimits: { apiPerMinutePerUser: 100_000 },
    },
  });

  beforeAll(async () => {
    await apply(planWith("384Mi"));
    tenant = await sampleTenant("rolling", { plan });
  });

  afterAll(async () => {
    await tenant?.[Symbol.asyncDispose]();
    await kubectl("delete", "tenantplan", plan);
  });

  it("fails no request while every pod is replaced", async () => {
    await using admin = await administrator(tenant);
    const podsBefore = (await runtimePods(tenant)).map(({ metadata }) => metadata.name);
    const load = keepAsking(() => admin.client.call("GET", "/auth/me", { token: admin.token }));
    try {
      await load.answered(20);
      await apply(planWith("400Mi"));
      await until(
        "every pod to be another one, and ready",
        async () => {
          const pods = await runtimePods(tenant);
          const replaced =
            pods.length === 2 && pods.every(({ metadata }) => !podsBefore.includes(metadata.name));
          return replaced && pods.every(isReady) ? true : undefined;
        },
        { seconds: 120, everyMs: 250 },
      );
      await load.answered(20);
    } finally {
      await load.stop();
    }
    expect(Object.keys(load.statuses)).toEqual(["200"]);
    expect(load.statuses["200"]).toBeGreaterThan(100);
  });
});

function isReady({ status }: Pod): boolean {
  return status.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
}
