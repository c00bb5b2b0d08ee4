import type { RequestHandler } from "express";
import { AppError } from "../../../platform/base/errors.ts";
import { allMethods } from "../../message/methods.ts";

// Those of RFC 9110, and PATCH.
const known = new Set([...allMethods.split(", "), "OPTIONS", "TRACE", "CONNECT"]);

/** Refuses a method that the server does not know. One that only this address does not have is 405 (RFC 9110, 9.1). */
export const knownMethod: RequestHandler = ({ method }, _response, next) => {
  if (known.has(method)) return next();
  const message = `write one of ${allMethods}, not ${method}`;
  throw new AppError("NOT_IMPLEMENTED", { details: [{ field: "method", message }] });
};
