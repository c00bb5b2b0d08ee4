import { expect, it } from "vitest";
import { createAuthority } from "../../harness/authority/authority.ts";
import { until } from "../../harness/machine/until.ts";
import { kubectl, read } from "./testing/live-cluster.ts";
import { lifeOfPods, runtimePods } from "./testing/runtime-pods.ts";
import { sampleTenant } from "./testing/sample-tenant.ts";

const bundle = ["configmap", "platform-ca", "-n", "dotmac-system"] as const;

async function writeBundle(certificates: string): Promise<void> {
  const patch = JSON.stringify({ data: { "ca.crt": certificates } });
  await kubectl("patch", ...bundle, "--type=merge", "--patch", patch);
}

it("running pods trust a CA that is added to the platform's CAs, and none restarts", async () => {
  await using tenant = await sampleTenant("authority");
  const pods = (await runtimePods(tenant)).map(({ metadata }) => metadata.name);
  const lives = await lifeOfPods(tenant);
  expect(lives.length).toBeGreaterThan(0);
  const { data } = await read(...bundle);
  const { certificate } = await createAuthority("A second authority");
  try {
    await writeBundle(data["ca.crt"] + certificate);
    await until(
      "every pod to tell that it has the new bundle",
      async () => {
        const logs = await Promise.all(pods.map((name) => kubectl("logs", name, "-n", tenant.namespace)));
        return logs.every((log) => /"a followed file has changed".*"ca\.crt"/.test(log)) || undefined;
      },
      { seconds: 180, everyMs: 1_000 },
    );
  } finally {
    await writeBundle(data["ca.crt"]);
  }
  expect(await lifeOfPods(tenant)).toEqual(lives);
});
