import type { RequestHandler } from "express";
import {
  onlyGet,
  upgradeRequired,
  webSocketMethods,
  webSocketRoute,
} from "../../message/web-socket-address.ts";
import { requestState } from "../../route/request-state.ts";

/** Refuses a request at the address of WebSockets that does not request an upgrade. */
export const webSocketOnly: RequestHandler = (request, response) => {
  requestState(response).route = webSocketRoute;
  if (request.method === "OPTIONS") return void response.status(204).set("Allow", webSocketMethods).end();
  if (!["GET", "HEAD"].includes(request.method)) throw onlyGet(request.method);
  throw upgradeRequired("Upgrade", "write websocket, and Connection: Upgrade");
};
