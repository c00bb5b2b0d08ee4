import pg from "pg";
import { AppError } from "../base/errors.ts";

const queryCanceled = "57014";
const diskFull = "53100";

// Classes of SQLSTATE that mean "not now": connection exceptions, too many connections, operator
// intervention (restart, shutdown), and the pooler's own protocol violation (08P01: no backend to be had).
const unreachable = /^(08|53300|57P0|28)/;

/** Whether a connection that gave this error may serve again: only if the server answered and stays. */
export function connectionSurvives(error: unknown): boolean {
  return isServerError(error) && error.severity === "ERROR" && !unreachable.test(error.code ?? "");
}

/** The error of the catalogue that a failure of the database is to the client; others stay as they are. */
export function asAppError(error: unknown): unknown {
  if (!isServerError(error)) return isConnectionError(error) ? unavailable(error) : error;
  if (error.code === queryCanceled) return new AppError("TIMED_OUT", { cause: error });
  if (error.code === diskFull) return new AppError("STORAGE_FULL", { cause: error });
  return connectionSurvives(error) ? error : unavailable(error);
}

function unavailable(cause: unknown): AppError {
  return new AppError("DATABASE_UNAVAILABLE", { cause });
}

function isServerError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError;
}

// What node:net, node:tls and the driver throw has either a code or one of the driver's own sentences.
function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof AppError) return false;
  const { code = "" } = error as NodeJS.ErrnoException;
  return (
    /^(E[A-Z]+|ERR_TLS|CERT_|SELF_SIGNED|UNABLE_TO|DEPTH_ZERO)/.test(code) || driverSays.test(error.message)
  );
}

const driverSays =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|The server does not support SSL)/;
