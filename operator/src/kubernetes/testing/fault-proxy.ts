import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP proxy that fails on demand. It does not read the bytes. */
export interface FaultProxy extends AsyncDisposable {
  /** The target's address through the proxy: `https://localhost:<port>`. */
  readonly url: string;
  /** Number of open connections. */
  readonly open: number;
  /** Number of accepted connections so far. */
  readonly accepted: number;
  /** Resets all connections. */
  cut(): void;
  /** Makes open connections silent: no byte passes in either direction, and neither side gets an error. */
  stall(): void;
  /** Resets every new connection while set. */
  refuse(refusing: boolean): void;
}

/** Starts a proxy on a free loopback port in front of an `https://localhost:<port>` address. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const port = Number(new URL(target).port);
  const pairs = new Set<readonly [Socket, Socket]>();
  let refusing = false;
  let accepted = 0;
  const server = createServer((client) => {
    accepted += 1;
    client.on("error", () => {});
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(port, "127.0.0.1");
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on("error", () => {});
      from.on("close", () => {
        pairs.delete(pair);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const destroyAll = () => {
    for (const [client, upstream] of [...pairs]) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  };
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    get open() {
      return pairs.size;
    },
    get accepted() {
      return accepted;
    },
    cut: destroyAll,
    stall() {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream).pause();
        upstream.unpipe(client).pause();
      }
    },
    refuse(value) {
      refusing = value;
    },
    async [Symbol.asyncDispose]() {
      destroyAll();
      server.close();
      await once(server, "close");
    },
  };
}
