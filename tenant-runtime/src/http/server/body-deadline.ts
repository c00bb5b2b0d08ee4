import type { IncomingMessage, Server } from "node:http";

export interface BodyBounds {
  /** The time in which a body must arrive. */
  readonly patienceMs: number;
  /** A slow body gets one more second for this many received bytes. */
  readonly bytesPerSecond: number;
}

export const bodyBounds: BodyBounds = { patienceMs: 30_000, bytesPerSecond: 32 * 1024 };

const slowBodies = new WeakSet<IncomingMessage>();

/** Gives a long body more time while it keeps arriving. For admitted requests of bounded length. */
export function allowSlowBody(request: IncomingMessage): void {
  slowBodies.add(request);
}

/**
 * Ends requests whose body is late, with the server's own event `clientError`. Node.js has one time limit for all
 * requests: too short for a table of 16 MiB, or too long for an attacker's open connection.
 */
export function boundBodies(server: Pick<Server, "prependListener" | "emit">, bounds: BodyBounds): void {
  const { patienceMs, bytesPerSecond } = bounds;
  server.prependListener("request", (request: IncomingMessage) => {
    const { socket } = request;
    const [began, read] = [performance.now(), socket.bytesRead];
    const allowedMs = () =>
      patienceMs + (slowBodies.has(request) ? ((socket.bytesRead - read) * 1_000) / bytesPerSecond : 0);
    const look = () => {
      if (request.complete || socket.destroyed) return;
      const leftMs = allowedMs() - (performance.now() - began);
      if (leftMs > 0) timer = setTimeout(look, leftMs).unref();
      else server.emit("clientError", late(), socket);
    };
    let timer = setTimeout(look, patienceMs).unref();
    request.once("close", () => clearTimeout(timer));
  });
}

/** The error that Node.js emits for a request that arrives too slowly. */
function late(): Error {
  return Object.assign(new Error("The body did not arrive in time."), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
}
