import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type EgressWorld,
  type RunningProxy,
  startEgressWorld,
} from "../../../../operator/src/egress/testing/egress-world.ts";
import { eventually } from "../../../../operator/src/kubernetes/testing/eventually.ts";
import type { EgressSettings } from "../../../src/platform/outbound/egress-tunnel.ts";

/** The way of a tenant to servers of the internet of these tests. */
export interface TenantEgress extends AsyncDisposable {
  readonly world: EgressWorld;
  readonly proxy: RunningProxy;
  /** A token of the tenant's runtime. */
  readonly token: string;
  readonly settings: EgressSettings;
}

interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts an API server and an egress proxy. `start` starts servers on 127.0.0.2, the internet of these tests, and returns
 * the targets of the Tenant's spec. `name` resolves to it; every other name has the address of a platform's service.
 */
export async function startTenantEgress(
  name: string,
  start: (world: EgressWorld) => Promise<readonly Target[]>,
): Promise<TenantEgress> {
  await using opened = new AsyncDisposableStack();
  const world = opened.use(await startEgressWorld());
  const egress = [...(await start(world)), { host: "inside.example.com", port: 443 }];
  const namespace = await world.createTenant("north", { egress });
  const token = await world.token(namespace);
  const proxy = opened.use(
    await world.startProxy({
      rule: (address) => (address === "127.0.0.2" ? undefined : "10.0.0.0/8 (private use, RFC 1918)"),
      resolve: async (asked) => (asked === name ? ["127.0.0.2"] : ["10.0.0.1"]),
    }),
  );
  await eventually("the proxy is ready", async () => (await proxy.health()) === "200 ok\n");
  const directory = await mkdtemp(join(tmpdir(), "dotmac-egress-"));
  opened.defer(() => rm(directory, { recursive: true }));
  const tokenFile = join(directory, "token");
  await writeFile(tokenFile, token);
  const settings = { host: "localhost", port: proxy.port, ca: () => proxy.ca, tokenFile };
  const running = opened.move();
  return { world, proxy, token, settings, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
