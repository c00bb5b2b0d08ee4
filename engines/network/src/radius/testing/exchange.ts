import { createSocket } from "node:dgram";
import { once } from "node:events";

/** Sends a packet to a port of loopback and returns the reply, within five seconds. */
export async function exchange(octets: Uint8Array, port: number): Promise<Uint8Array> {
  const socket = createSocket("udp4");
  try {
    socket.send(octets, port, "127.0.0.1");
    const [reply] = await once(socket, "message", { signal: AbortSignal.timeout(5000) });
    return Uint8Array.from(reply);
  } finally {
    socket.close();
  }
}
