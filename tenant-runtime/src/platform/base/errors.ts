/** The part of a request with a client's input. `message` is a message of a WebSocket. */
export type RequestPart = "body" | "query" | "path" | "header" | "message";

/** The fault of one field, and what to write instead. */
export interface ErrorDetail {
  /** The part of the request that holds the field. Absent for faults outside of the request, such as a permission. */
  readonly in?: RequestPart;
  /** The path in that part: `email`, `serviceAddress.city`, `If-Match`. The part's own name means all of it. */
  readonly field: string;
  readonly message: string;
}

/** An error that a client can get. */
export interface ErrorKind {
  readonly code: string;
  /** The HTTP status. */
  readonly status: number;
  readonly message: string;
}

/**
 * The errors of the platform. A client gets only these and those that modules declare. docs/errors.md explains
 * exactly these.
 */
export const platformErrors = defineErrors({
  MALFORMED_JSON: { status: 400, message: "The body is not valid JSON." },
  MALFORMED_CSV: { status: 400, message: "The body is not valid CSV." },
  INVALID_REQUEST: { status: 400, message: "The request could not be read." },
  UNAUTHENTICATED: { status: 401, message: "Send a valid access token as `Authorization: Bearer <token>`." },
  INVALID_CREDENTIALS: { status: 401, message: "The email or the password is wrong." },
  ONE_TIME_PASSWORD_EXPIRED: {
    status: 401,
    message: "The one-time password has expired. Ask an administrator for a new one.",
  },
  SESSION_ENDED: { status: 401, message: "The session has ended. Log in again." },
  FORBIDDEN: { status: 403, message: "Your role does not allow this operation." },
  PASSWORD_CHANGE_REQUIRED: { status: 403, message: "Change the one-time password before anything else." },
  MODULE_NOT_LICENSED: { status: 403, message: "The licence of this provider does not include this module." },
  LICENSE_EXPIRED: { status: 403, message: "The licence of this provider has expired." },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    message: "This provider does not let web pages of that origin use its API.",
  },
  NOT_FOUND: { status: 404, message: "There is no such resource." },
  ROUTE_NOT_FOUND: { status: 404, message: "There is no such address in this API." },
  METHOD_NOT_ALLOWED: { status: 405, message: "This address does not accept that method." },
  REQUEST_TIMED_OUT: { status: 408, message: "The request did not arrive whole in time." },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    message: "A request with this Idempotency-Key is still being carried out.",
  },
  IDEMPOTENCY_RESPONSE_LOST: {
    status: 409,
    message: "The request with this Idempotency-Key was carried out, but its response was not kept.",
  },
  RESOURCE_IN_USE: {
    status: 409,
    message: "Other resources refer to this one. Delete them first, or change their references.",
  },
  PRECONDITION_FAILED: {
    status: 412,
    message: "The resource has changed since you read it. Read it again and repeat your change.",
  },
  BODY_TOO_LARGE: { status: 413, message: "The body is larger than this API accepts." },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: "Send the body as the type that this address accepts, in UTF-8.",
  },
  EXPECTATION_FAILED: { status: 417, message: "The server cannot meet the expectation in Expect." },
  VALIDATION_ERROR: { status: 422, message: "Some fields are not valid." },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    message: "This Idempotency-Key was used for a different request. Use a new key for a new request.",
  },
  UPGRADE_REQUIRED: { status: 426, message: "This address serves only WebSockets, version 13." },
  PRECONDITION_REQUIRED: {
    status: 428,
    message: "Send If-Match with the ETag of the version you read.",
  },
  RATE_LIMITED: { status: 429, message: "Too many requests. Wait as long as Retry-After says." },
  HEADERS_TOO_LARGE: {
    status: 431,
    message: "The address and the headers are longer than this API accepts.",
  },
  INTERNAL: {
    status: 500,
    message: "Something went wrong on our side. Quote the request_id when you report it.",
  },
  NOT_IMPLEMENTED: {
    status: 501,
    message: "The server does not know this way of sending a request.",
  },
  OUTBOUND_NOT_ALLOWED: {
    status: 502,
    message: "The platform does not let this provider reach that service outside of it.",
  },
  JOBS_FULL: {
    status: 503,
    message: "Too much work of this kind waits already. Try again shortly.",
  },
  LOGIN_BUSY: {
    status: 503,
    message: "Too many people log in at this moment. Wait as long as Retry-After says.",
  },
  DATABASE_UNAVAILABLE: { status: 503, message: "The database cannot be reached. Try again shortly." },
  STATE_UNAVAILABLE: { status: 503, message: "The session store cannot be reached. Try again shortly." },
  KEYS_UNAVAILABLE: { status: 503, message: "The key service cannot be reached. Try again shortly." },
  OUTBOUND_UNREACHABLE: {
    status: 503,
    message: "A service outside of the platform cannot be reached. Try again shortly.",
  },
  TIMED_OUT: { status: 503, message: "The request took too long and was stopped. Try again shortly." },
  HTTP_VERSION_NOT_SUPPORTED: {
    status: 505,
    message: "The server speaks HTTP/1.1.",
  },
  STORAGE_FULL: {
    status: 507,
    message: "The storage of this provider is full. Ask the platform for a larger plan.",
  },
});

export type PlatformErrorCode = keyof typeof platformErrors;

/** Completes a list of errors: each error's key becomes its code. */
export function defineErrors<const Listed extends Readonly<Record<string, Omit<ErrorKind, "code">>>>(
  listed: Listed,
): { readonly [Code in keyof Listed]: ErrorKind } {
  const entries = Object.entries(listed).map(([code, kind]) => [code, { code, ...kind }]);
  return Object.fromEntries(entries);
}

export interface ErrorOptions {
  readonly details?: readonly ErrorDetail[];
  /** Sent with the response, such as Retry-After. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** The headers that an error of this status has, unless the error knows better. */
const usualHeaders: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  // Each 401 says how to authenticate (RFC 9110, 15.5.2).
  401: { "WWW-Authenticate": "Bearer" },
  // How soon a client may ask again when something cannot be reached.
  503: { "Retry-After": "5" },
};

/** The header of a 401 for an access token that is not valid any more, or never was (RFC 6750, 3). */
export const invalidToken = { "WWW-Authenticate": 'Bearer error="invalid_token"' } as const;

/** An error for the client: an error of the platform, by its code, or one that a module declares. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: string;
  readonly status: number;
  readonly details: readonly ErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    error: PlatformErrorCode | ErrorKind,
    { details = [], headers = {}, cause }: ErrorOptions = {},
  ) {
    const kind = typeof error === "string" ? platformErrors[error] : error;
    super(kind.message, cause === undefined ? undefined : { cause });
    this.code = kind.code;
    this.status = kind.status;
    this.details = details;
    this.headers = { ...usualHeaders[kind.status], ...headers };
  }
}
