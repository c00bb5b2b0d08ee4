import { AppError } from "../../platform/base/errors.ts";
import { apiRoot } from "./api-root.ts";

/** The address of WebSockets. */
export const webSocketPath = `${apiRoot}/ws`;

/** The template of its route in logs and metrics. */
export const webSocketRoute = "/ws";

/** The methods of the address, in the form of an `Allow` header. */
export const webSocketMethods = "GET, OPTIONS";

const versionHeaders = { Upgrade: "websocket", Connection: "Upgrade, close", "Sec-WebSocket-Version": "13" };

/** The error for a request at the address of WebSockets that does not request an upgrade. `field`: the wrong header. */
export function upgradeRequired(field: string, message: string): AppError {
  return new AppError("UPGRADE_REQUIRED", {
    details: [{ in: "header", field, message }],
    headers: versionHeaders,
  });
}

/** The error for a method that the address does not support. */
export function onlyGet(method: string | undefined): AppError {
  const details = [{ field: "method", message: `write GET, not ${method}` }];
  return new AppError("METHOD_NOT_ALLOWED", { details, headers: { Allow: webSocketMethods } });
}
