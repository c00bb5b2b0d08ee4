import pg from "pg";
import { AppError } from "../base/errors.ts";
import { invalidField } from "../base/invalid-field.ts";

const queryCanceled = "57014";
const diskFull = "53100";
/** The server has no memory, or no room in its table of locks, for this statement. The connection is usable. */
const outOfMemory = "53200";
/** The codes of a broken foreign key. The second is for RESTRICT, since PostgreSQL 18. */
const brokenReferences = ["23503", "23001"];

// Classes of SQLSTATE for a server that is unavailable for now: connection exceptions, too many connections,
// operator intervention (restart, shutdown), and the pooler's own protocol violation (08P01: no backend available).
const unreachable = /^(08|53300|57P0|28)/;

/** Whether a connection is usable after this error: only if the server answered and keeps running. */
export function connectionSurvives(error: unknown): boolean {
  return isServerError(error) && error.severity === "ERROR" && !unreachable.test(error.code ?? "");
}

/** The catalogue's error for a failure of the database. Other errors are returned unchanged. */
export function asAppError(error: unknown): unknown {
  if (!isServerError(error)) return isConnectionError(error) ? unavailable(error) : error;
  if (error.code === queryCanceled) return new AppError("TIMED_OUT", { cause: error });
  if (error.code === diskFull) return new AppError("STORAGE_FULL", { cause: error });
  if (error.code === outOfMemory) return unavailable(error);
  return connectionSurvives(error) ? error : unavailable(error);
}

/**
 * The catalogue's error for a statement that breaks a foreign key: RESOURCE_IN_USE where it deletes rows, otherwise
 * VALIDATION_ERROR with the field of the reference. Other errors are returned unchanged.
 */
export function asReferenceError(error: unknown, statement: string): unknown {
  if (!isServerError(error) || !brokenReferences.includes(error.code ?? "")) return error;
  if (/^\s*DELETE\b/i.test(statement)) return new AppError("RESOURCE_IN_USE", { cause: error });
  return invalidField(fieldOf(error), "write the id of an existing resource", error);
}

/**
 * The field of a foreign key: `customerId` for the constraint `bills_customer_id_fkey`, PostgreSQL's default name;
 * `body` for any other name.
 */
function fieldOf({ table, constraint = "" }: pg.DatabaseError): string {
  const [, column] = new RegExp(`^${table}_(\\w+)_fkey$`).exec(constraint) ?? [];
  return column?.replaceAll(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase()) ?? "body";
}

function unavailable(cause: unknown): AppError {
  return new AppError("DATABASE_UNAVAILABLE", { cause });
}

function isServerError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError;
}

// Errors of node:net, node:tls and the driver have either a code or one of the driver's own messages.
function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof AppError) return false;
  const { code = "" } = error as NodeJS.ErrnoException;
  return (
    /^(E[A-Z]+|ERR_TLS|CERT_|SELF_SIGNED|UNABLE_TO|DEPTH_ZERO)/.test(code) || driverSays.test(error.message)
  );
}

const driverSays =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|The server does not support SSL)/;
