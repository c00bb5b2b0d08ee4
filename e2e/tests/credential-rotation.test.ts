import { expect, it } from "vitest";
import { until } from "../../harness/machine/until.ts";
import { keepAsking } from "./testing/keep-asking.ts";
import { apply, kubectl, read } from "./testing/live-cluster.ts";
import { lifeOfPods } from "./testing/runtime-pods.ts";
import { accessToken, administrator, sampleTenant, uniqueName } from "./testing/sample-tenant.ts";

it("a tenant's passwords and key are replaced under load: no request fails and no pod restarts", async () => {
  const plan = uniqueName("rotated");
  const spec = { runtime: { replicas: 2 }, rateLimits: { apiPerMinutePerUser: 100_000 } };
  await apply({ apiVersion: "dotmac.io/v1alpha1", kind: "TenantPlan", metadata: { name: plan }, spec });
  await using _plan = {
    [Symbol.asyncDispose]: async () => void (await kubectl("delete", "tenantplan", plan)),
  };
  await using tenant = await sampleTenant("rotation", { plan });
  await using admin = await administrator(tenant);
  const lives = await lifeOfPods(tenant);
  const statusOf = async () => (await read("tenant", tenant.name)).status;
  const { logins: before } = (await statusOf()).credentials;
  expect(before).toHaveLength(1);

  const load = keepAsking(() => admin.client.call("GET", "/customers", { token: admin.token }));
  try {
    await load.answered(20);
    await kubectl("annotate", "tenant", tenant.name, "dotmac.io/rotate-credentials=as-tried");
    await until(
      "the old login to be refused and the new one used by every pod",
      async () => {
        const { conditions, credentials } = await statusOf();
        const ready = conditions.find(({ type }: { type: string }) => type === "Ready");
        expect(ready).toMatchObject({ status: "True" });
        return (credentials.logins.length === 1 && credentials.logins[0] !== before[0]) || undefined;
      },
      { seconds: 240, everyMs: 1_000 },
    );
    await load.answered(200);
  } finally {
    await load.stop();
  }
  expect(Object.keys(load.statuses)).toEqual(["200"]);
  expect(await lifeOfPods(tenant)).toEqual(lives);
  const fresh = await accessToken(admin.client, admin.login);
  for (const token of [fresh, admin.token]) {
    expect(await admin.client.call("GET", "/auth/me", { token })).toMatchObject({ status: 200 });
  }
});
