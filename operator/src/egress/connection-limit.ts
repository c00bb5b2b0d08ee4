import type { Server, Socket } from "node:net";

/**
 * Closes connections from one address beyond `most`, before their TLS handshake. At this point no caller is identified,
 * and a pod that opens thousands of connections must not block others.
 */
export function limitConnections(server: Server, most: number, dropped: () => void): void {
  const byAddress = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    const open = (byAddress.get(address) ?? 0) + 1;
    if (open > most) {
      dropped();
      socket.destroy();
      return;
    }
    byAddress.set(address, open);
    socket.once("close", () => {
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left > 0) byAddress.set(address, left);
      else byAddress.delete(address);
    });
  });
}
