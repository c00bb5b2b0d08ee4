/** Why a request to the API server failed. There is one class per reaction of a caller. */
export abstract class KubernetesError extends Error {
  /** The HTTP status, or 0 when there was no answer. */
  readonly code: number;
  /** The `reason` of the server's Status object, such as `AlreadyExists`. */
  readonly reason: string;
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter: number | undefined;

  constructor(failure: Failure) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.name = new.target.name;
    this.code = failure.code;
    this.reason = failure.reason;
    this.retryAfter = failure.retryAfter;
  }
}

export interface Failure {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** 404: the object, or the kind itself, does not exist. */
export class NotFound extends KubernetesError {}
/** 409 on create: the name is taken. */
export class AlreadyExists extends KubernetesError {}
/** 409: the object changed since it was read, or a precondition on uid or resourceVersion failed. */
export class Conflict extends KubernetesError {}
/** 410: the resourceVersion or continue token is too old. List again. */
export class Gone extends KubernetesError {}
/** 400 or 422: the object is invalid, and a retry would fail too. */
export class Invalid extends KubernetesError {}
/** 401, 403, 429 and any 5xx. Callers retry all of them, after `retryAfter` where the server gives it. */
export class Refused extends KubernetesError {}
/** No answer: refused, reset, timed out, or not HTTP. */
export class Unreachable extends KubernetesError {}

/** The answer has more bytes than the caller allows. Ask for less at once. */
export class TooLarge extends KubernetesError {}

/** The `Status` object of `meta/v1`, the fields in use. */
export interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly field?: string; readonly reason?: string }[];
  };
}

/** The typed error for a Status from an answer or a watch. */
export function errorFromStatus(
  action: string,
  status: Status,
  options: { confidential?: boolean; retryAfter?: number | undefined } = {},
): KubernetesError {
  const code = status.code ?? 500;
  const seconds = status.details?.retryAfterSeconds;
  return new (classFor(code, status))({
    code,
    reason: status.reason ?? `HTTP${code}`,
    message: `cannot ${action}: ${explanation(status, code, options.confidential ?? false)}`,
    retryAfter: options.retryAfter ?? (seconds === undefined ? undefined : seconds * 1000),
  });
}

function classFor(code: number, status: Status): new (failure: Failure) => KubernetesError {
  if (code === 409) return status.reason === "AlreadyExists" ? AlreadyExists : Conflict;
  // An apply with the uid of a deleted object whose name another object has now.
  if (code === 422 && status.details?.causes?.some(({ field }) => field === "metadata.uid")) return Conflict;
  if (code >= 500) return Refused;
  return byCode[code] ?? Invalid;
}

const byCode: Readonly<Record<number, new (failure: Failure) => KubernetesError>> = {
  401: Refused,
  403: Refused,
  404: NotFound,
  410: Gone,
  429: Refused,
};

/** Messages about an invalid object quote it, so for a Secret only the names of the fields are kept. */
function explanation(status: Status, code: number, confidential: boolean): string {
  const quotesTheObject = code === 400 || code === 422;
  if (!confidential || !quotesTheObject) return status.message || `the API server answered ${code}`;
  const fields = status.details?.causes?.map((cause) => `${cause.field} (${cause.reason})`) ?? [];
  return `the API server refused the Secret${fields.length > 0 ? `: ${fields.join(", ")}` : ""}`;
}
