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
import { type Receiver, startReceiver } from "./receiver.ts";

/** Receivers that a tenant reaches through an egress proxy. */
export interface ReceiverWorld extends AsyncDisposable {
  readonly world: EgressWorld;
  readonly proxy: RunningProxy;
  readonly receivers: readonly Receiver[];
  /** The receiver that the Tenant's spec does not list. */
  readonly unlisted: Receiver;
  /** A token of the tenant's runtime. */
  readonly token: string;
  readonly settings: EgressSettings;
}

/**
 * Starts an API server, an egress proxy, and receivers at `hooks.example.com`. Only their addresses are of the internet;
 * every other name has the address of a platform's service.
 */
export async function startReceivers(count: number): Promise<ReceiverWorld> {
  await using opened = new AsyncDisposableStack();
  const world = opened.use(await startEgressWorld());
  const receivers: Receiver[] = [];
  for (let started = 0; started < count; started += 1)
    receivers.push(opened.use(await startReceiver(world.authority)));
  const unlisted = opened.use(await startReceiver(world.authority));
  const egress = [
    ...receivers.map(({ host, port }) => ({ host, port })),
    { host: "inside.example.com", port: 443 },
  ];
  const namespace = await world.createTenant("north", { egress });
  const token = await world.token(namespace);
  const proxy = opened.use(
    await world.startProxy({
      rule: (address) => (address === "127.0.0.2" ? undefined : "10.0.0.0/8 (private use, RFC 1918)"),
      resolve: async (name) => (name === "hooks.example.com" ? ["127.0.0.2"] : ["10.0.0.1"]),
    }),
  );
  await eventually("the proxy is ready", async () => (await proxy.health()) === "200 ok\n");
  const directory = await mkdtemp(join(tmpdir(), "dotmac-webhooks-"));
  opened.defer(() => rm(directory, { recursive: true }));
  const tokenFile = join(directory, "token");
  await writeFile(tokenFile, token);
  const settings = { host: "localhost", port: proxy.port, ca: () => proxy.ca, tokenFile };
  const running = opened.move();
  return {
    world,
    proxy,
    receivers,
    unlisted,
    token,
    settings,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
