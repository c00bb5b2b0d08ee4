import type { Server } from "node:https";
import { setTimeout as after } from "node:timers/promises";
import type { InFlight } from "../../http/server/in-flight.ts";
import type { WebSocketManager } from "../../live/manager.ts";
import type { Base } from "./base.ts";

export interface Serving {
  readonly server: Server;
  readonly inFlight: InFlight;
  readonly webSockets: WebSocketManager;
}

/**
 * Registers the end of serving. Releasers run in reverse, so read it from the bottom up: first a wait while the gateway
 * learns that this pod is not ready, then no new connections, then no WebSockets, and last the requests.
 */
export function stopServingInOrder({ releasers, config, log, hurry }: Base, serving: Serving): void {
  const { server, inFlight, webSockets } = serving;
  const { lameDuckSeconds, requestGraceSeconds } = config.shutdown;
  releasers.add("requests", async () => {
    const left = await inFlight.idle(requestGraceSeconds * 1000);
    if (left > 0) log.error("requests were cut off", { requests: left, after_seconds: requestGraceSeconds });
    server.closeAllConnections();
  });
  releasers.add("WebSockets", () => webSockets.close());
  releasers.add("listener", () => void server.close());
  releasers.add("lame duck", async () => {
    inFlight.drain();
    await after(lameDuckSeconds * 1000, undefined, { signal: hurry }).catch(() => {});
  });
}
