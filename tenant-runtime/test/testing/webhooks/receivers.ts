import { startTenantEgress, type TenantEgress } from "../egress/tenant-egress.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

/** Receivers that a tenant reaches through an egress proxy. */
export interface ReceiverWorld extends TenantEgress {
  readonly receivers: readonly Receiver[];
  /** The receiver that the Tenant's spec does not list. */
  readonly unlisted: Receiver;
}

/** Starts an API server, an egress proxy, and receivers at `hooks.example.com`. */
export async function startReceivers(count: number): Promise<ReceiverWorld> {
  await using opened = new AsyncDisposableStack();
  const started: Receiver[] = [];
  const egress = await startTenantEgress("hooks.example.com", async ({ authority }) => {
    for (let number = 0; number <= count; number += 1) started.push(await startReceiver(authority));
    return started.slice(1).map(({ host, port }) => ({ host, port }));
  });
  opened.use(egress);
  const [unlisted, ...receivers] = started.map((receiver) => opened.use(receiver)) as [
    Receiver,
    ...Receiver[],
  ];
  const running = opened.move();
  return { ...egress, receivers, unlisted, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
