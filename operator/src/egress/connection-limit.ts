import type { Server, Socket } from "node:net";
import type { Clock } from "../../../process/clock.ts";
import type { Rate } from "../../../process/token-bucket.ts";
import { AddressBudgets } from "./access/address-budgets.ts";

export interface ConnectionBounds {
  /** Open connections of one address. */
  readonly most: number;
  /** New connections of one address: each costs the proxy a TLS handshake, about a millisecond of processor time. */
  readonly rate: Rate;
  readonly clock: Clock;
  /** Called for each connection that is closed. */
  readonly dropped: () => void;
}

/**
 * Closes connections beyond the bounds of their address, before their TLS handshake. At this point no caller is
 * identified, and a pod that opens thousands of connections must not block others.
 */
export function limitConnections(server: Server, { most, rate, clock, dropped }: ConnectionBounds): void {
  const openBy = new Map<string, number>();
  const budgets = new AddressBudgets(rate, clock);
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    const open = (openBy.get(address) ?? 0) + 1;
    if (open > most || !budgets.take(address)) {
      dropped();
      socket.destroy();
      return;
    }
    openBy.set(address, open);
    socket.once("close", () => {
      const left = (openBy.get(address) ?? 1) - 1;
      if (left > 0) openBy.set(address, left);
      else openBy.delete(address);
    });
  });
}
