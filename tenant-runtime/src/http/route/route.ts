import type { z } from "zod";
import type { Principal } from "../../platform/access/principal.ts";
import type { ExpectedVersion } from "../../platform/base/expected-version.ts";
import type { Mark } from "../../platform/database/idempotency.ts";
import type { LimitName } from "../../platform/limits/limiter.ts";
import type { OperationWorker } from "../../platform/operations/operation-handler.ts";
import type { Payload } from "../message/envelope.ts";

/** The parts of a request that a handler may read beyond its parsed input. */
export interface RequestContext {
  readonly requestId: string;
  /** Absent on public routes only. */
  readonly principal: Principal | undefined;
  readonly clientAddress: string;
  /** The request's path and query as the client sent them, for `pageLink`. */
  readonly self: string;
  /** The versions in If-Match; always present if the route is `conditional`. */
  readonly ifMatch: ExpectedVersion | undefined;
  /** Uses up the request's Idempotency-Key; part of the command. */
  readonly mark: Mark;
}

/** A handler's answer before it is wrapped in the envelope. */
export interface Reply<Body = Payload> {
  readonly status: number;
  /** Absent for 204. */
  readonly body?: Body;
  /** Becomes the ETag header, quoted. */
  readonly version?: string;
  /** A list sets the header several times (Set-Cookie). */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** An answer outside of the envelope: the OpenAPI document, the reference page. */
export interface RawReply {
  readonly status: number;
  readonly contentType: string;
  /** A stream is sent at the client's speed. If it fails, the connection is closed. */
  readonly content: string | Buffer | AsyncIterable<string>;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** A body that was read as a stream. */
export interface Received {
  /** The value passed to the handler as its body. */
  readonly body: unknown;
  /** A digest of the bytes. A repeated request under the same Idempotency-Key must have the same digest. */
  readonly digest: string;
  /** Removes everything that the handler has not used. */
  discard(): Promise<void>;
}

/**
 * One operation of the API. The server, the validation, the authorization, the metrics label and the OpenAPI
 * document all follow from this one description.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** Below `/api/v1`, in OpenAPI's form: `/customers/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly access: "public" | "authenticated" | { readonly permission: string };
  readonly limits: readonly LimitName[];
  /** Limits for the first request only. Repetitions under a used Idempotency-Key do not count. */
  readonly limitsOfFirst?: readonly LimitName[];
  /** The limits for accepted streams. Refused streams and repetitions do not count. */
  readonly limitsOfAccepted?: readonly LimitName[];
  /** The licensed module of this operation. Without a module it needs no licence. */
  readonly module?: string;
  /** The worker of the operation that a request starts. */
  readonly starts?: OperationWorker;
  /** True if the caller must name the version to change (If-Match), and otherwise gets a 428. */
  readonly conditional?: boolean;
  /** True if a user with a one-time password may call it: to change the password or to log out. */
  readonly duringPasswordChange?: boolean;
  /** True if the answer contains a password or a token. It is shown once and not stored for an Idempotency-Key. */
  readonly secretAnswer?: boolean;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Reads a body of this type as a stream before the handler is called. Replaces `body`. */
  readonly stream?: {
    readonly type: string;
    readonly description: string;
    /** A longer one is refused, by its Content-Length before it is read. */
    readonly longestBytes: number;
    receive(context: RequestContext, bytes: AsyncIterable<Buffer>): Promise<Received>;
    /** Reads only the digest of a repeated body, and stores nothing. */
    digest(bytes: AsyncIterable<Buffer>): Promise<string>;
  };
  /** `type`: the media type of an answer that is not JSON. `headers`: those that the handler adds. */
  readonly responses: Readonly<
    Record<
      number,
      { description: string; schema?: Response; readonly type?: string; readonly headers?: readonly string[] }
    >
  >;
  handle(
    context: RequestContext,
    input: { params: z.output<Params>; query: z.output<Query>; body: z.output<Body> },
  ): Promise<Reply | RawReply>;
}

/** A route without its handler. */
export type DescribedRoute = Omit<Route, "handle">;

/** Types a route's handler by its schemas. Lists hold the erased `Route`. */
export function route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
>(definition: Route<Params, Query, Body>): Route {
  return definition as unknown as Route;
}
