import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../cluster/until.ts";
import type { Answer } from "../isp-client.ts";
import { apply, kubectl, read } from "./live-cluster.ts";
import { administrator, type SampleTenant, sampleTenant, uniqueName } from "./sample-tenant.ts";

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

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** All that are there, those on their way out included. */
async function runtimePods(tenant: SampleTenant): Promise<Pod[]> {
  return (await read("pods", "-n", tenant.namespace, "-l", "app.kubernetes.io/component=runtime")).items;
}

function isReady({ status }: Pod): boolean {
  return status.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
}

/** Asks over and over on a few lanes, each as soon as its last answer has come, and counts the answers. */
function keepAsking(ask: () => Promise<Answer>, lanes = 4) {
  const statuses: Record<string, number> = {};
  const waiters: { left: number; resolve: () => void }[] = [];
  let going = true;
  const lane = async () => {
    while (going) {
      const outcome = await ask().then(
        (answer) => String(answer.status),
        (error: Error & { code?: string }) => `no answer: ${error.code ?? error.message}`,
      );
      statuses[outcome] = (statuses[outcome] ?? 0) + 1;
      for (const waiter of waiters) if (--waiter.left === 0) waiter.resolve();
    }
  };
  const running = Array.from({ length: lanes }, lane);
  return {
    /** Answers by their status. */
    statuses: statuses as Readonly<Record<string, number>>,
    /** Resolves when so many more answers have come. */
    answered: (count: number) => new Promise<void>((resolve) => waiters.push({ left: count, resolve })),
    stop: async () => {
      going = false;
      await Promise.all(running);
    },
  };
}
