import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A TCP port that forwards to another one. Tests can cut and restore it, to simulate a server that is down. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** Forwards a new port of an address of this machine, loopback by default, to `target`, in both directions. */
export async function startRelay(
  target: { readonly host: string; readonly port: number },
  address = "127.0.0.1",
): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket.unref());
      socket.on("error", () => {}).on("close", () => sockets.delete(socket) && other.destroy());
      socket.pipe(other);
    }
  });
  const port = await listen(server, address, 0);
  const cut = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, "close");
  };
  return {
    port,
    cut,
    mend: async () => void (await listen(server, address, port)),
    [Symbol.asyncDispose]: cut,
  };
}

async function listen(server: Server, address: string, port: number): Promise<number> {
  await once(server.listen(port, address).unref(), "listening");
  return (server.address() as AddressInfo).port;
}
