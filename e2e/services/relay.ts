import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A port of an address of this machine that stands for one of its loopback ports. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
}

/** Passes what comes to a fresh port of `address` on to the loopback `port`, both ways. */
export async function startRelay(address: string, port: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "localhost");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket.unref());
      socket.on("error", () => {}).on("close", () => sockets.delete(socket) && other.destroy());
      socket.pipe(other);
    }
  });
  await once(server.listen(0, address).unref(), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
