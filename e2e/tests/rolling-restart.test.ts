import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../isp-client.ts";
import { apply, kubectl } from "./live-cluster.ts";
import { administrator, type SampleTenant, sampleTenant, uniqueName } from "./sample-tenant.ts";

describe("a tenant under load", () => {
  const plan = uniqueName("busy");
  let tenant: SampleTenant;

  beforeAll(async () => {
    await apply({
      apiVersion: "dotmac.io/v1alpha1",
      kind: "TenantPlan",
      metadata: { name: plan },
      spec: { runtime: { replicas: 2 }, rateLimits: { apiPerMinutePerUser: 100_000 } },
    });
    tenant = await sampleTenant("rolling", { plan });
  });

  afterAll(async () => {
    await tenant?.[Symbol.asyncDispose]();
    await kubectl("delete", "tenantplan", plan);
  });

  it("fails no request while every pod is replaced", async () => {
    await using admin = await administrator(tenant);
    const podsBefore = await podNames(tenant);
    const load = keepAsking(() => admin.client.call("GET", "/auth/me", { token: admin.token }));
    await load.answered(20);
    await kubectl("rollout", "restart", "deployment/runtime", "-n", tenant.namespace);
    await kubectl("rollout", "status", "deployment/runtime", "-n", tenant.namespace, "--timeout=120s");
    await load.answered(20);
    const statuses = await load.stop();
    const podsAfter = await podNames(tenant);

    expect(podsAfter.filter((name) => podsBefore.includes(name))).toEqual([]);
    expect(Object.keys(statuses)).toEqual(["200"]);
    expect(statuses["200"]).toBeGreaterThan(100);
  });
});

async function podNames(tenant: SampleTenant): Promise<string[]> {
  const names = await kubectl(
    "get",
    "pods",
    "-n",
    tenant.namespace,
    "-l",
    "app.kubernetes.io/component=runtime",
    "--field-selector=status.phase=Running",
    "-o",
    "jsonpath={range .items[?(!@.metadata.deletionTimestamp)]}{.metadata.name}{'\\n'}{end}",
  );
  return names.split("\n").filter((name) => name !== "");
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
    /** Resolves when so many more answers have come. */
    answered: (count: number) => new Promise<void>((resolve) => waiters.push({ left: count, resolve })),
    stop: async () => {
      going = false;
      await Promise.all(running);
      return statuses;
    },
  };
}
