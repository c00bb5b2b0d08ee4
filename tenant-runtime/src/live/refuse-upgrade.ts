import type { Duplex } from "node:stream";
import { bareAnswer } from "../http/message/bare-answer.ts";
import type { AppError } from "../platform/base/errors.ts";

/** Answers a failed upgrade request like any other failed request, and closes the connection. */
export function refuseUpgrade(socket: Duplex, error: AppError, requestId: string): void {
  socket.end(bareAnswer(error, requestId));
}
