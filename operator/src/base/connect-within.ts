import { connect, type Socket, type TcpNetConnectOpts } from "node:net";
import type { Milliseconds } from "../../../process/clock.ts";

/** The connection was not accepted in time. */
export class ConnectTimeout extends Error {
  override readonly name = "ConnectTimeout";
}

/**
 * Opens a TCP connection. Both sides may end it apart from each other.
 * @throws ConnectTimeout, or the socket's error. The socket is closed then.
 */
export async function connectWithin(
  timeout: Milliseconds,
  target: Omit<TcpNetConnectOpts, "timeout">,
): Promise<Socket> {
  const socket = connect({ allowHalfOpen: true, noDelay: true, keepAlive: true, ...target });
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const timer = setTimeout(() => {
    socket.destroy(new ConnectTimeout(`no connection within ${timeout / 1000} s`));
  }, timeout);
  // Later errors belong to the caller; without any listener they would end the process before it has one.
  socket.on("error", reject);
  socket.once("connect", () => resolve(socket));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
