import { connect, type Socket, type TcpNetConnectOpts } from "node:net";
import { type Milliseconds, systemClock } from "../../../process/clock.ts";

/** The connection was not accepted in time. */
export class ConnectTimeout extends Error {
  override readonly name = "ConnectTimeout";
}

/**
 * Opens a TCP connection. Each side may end its direction separately.
 * @throws ConnectTimeout, or the socket's error. The socket is then closed.
 */
export async function connectWithin(
  timeout: Milliseconds,
  target: Omit<TcpNetConnectOpts, "timeout">,
): Promise<Socket> {
  const socket = connect({ allowHalfOpen: true, noDelay: true, keepAlive: true, ...target });
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const cancel = systemClock.after(timeout, () => {
    socket.destroy(new ConnectTimeout(`no connection within ${timeout / 1000} s`));
  });
  // The caller handles later errors. Until it adds a listener, an error without one would end the process.
  socket.on("error", reject);
  socket.once("connect", () => resolve(socket));
  try {
    return await promise;
  } finally {
    cancel();
  }
}
