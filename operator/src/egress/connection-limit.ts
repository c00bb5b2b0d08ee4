import type { Server, Socket } from "node:net";

/**
 * Closes what one address opens beyond `most` connections, before it costs a handshake: nobody is known yet, and a
 * pod that opens thousands must not keep others out.
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
