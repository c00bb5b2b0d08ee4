import type { z } from "zod";
import type { Principal } from "../../platform/access/principal.ts";
import type { ExpectedVersion } from "../../platform/base/expected-version.ts";
import type { Mark } from "../../platform/database/idempotency.ts";
import type { LimitName } from "../../platform/limits/limiter.ts";
import type { Payload } from "../message/envelope.ts";

/** What a handler may know of its request beyond its parsed input. */
export interface RequestContext {
  readonly requestId: string;
  /** Absent on public routes only. */
  readonly principal: Principal | undefined;
  readonly clientAddress: string;
  /** Path and query of the request as they were sent, for `pageLink`. */
  readonly self: string;
  /** The versions named by If-Match; always present where the route is `conditional`. */
  readonly ifMatch: ExpectedVersion | undefined;
  /** Spends the request's Idempotency-Key; part of the command. */
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
  readonly content: string | Buffer;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * One operation of the API: the only description from which the server, the validation, the
 * authorization, the metrics label and the OpenAPI document are made.
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
  /** The licensed module this operation belongs to; without it no licence is needed. */
  readonly module?: string;
  /** True where the caller must name the version it changes (If-Match), or gets a 428. */
  readonly conditional?: boolean;
  /** True where a user with a one-time password may call: to change it, to log out. */
  readonly duringPasswordChange?: boolean;
  /** True where the answer holds a password or a token: it is shown once, and not kept for an Idempotency-Key. */
  readonly secretAnswer?: boolean;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly responses: Readonly<Record<number, { description: string; schema?: Response }>>;
  handle(
    context: RequestContext,
    input: { params: z.output<Params>; query: z.output<Query>; body: z.output<Body> },
  ): Promise<Reply | RawReply>;
}

/** A route without what carries it out. */
export type DescribedRoute = Omit<Route, "handle">;

/** Types a route's handler by its schemas; lists hold the erased `Route`. */
export function route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
>(definition: Route<Params, Query, Body>): Route {
  return definition as unknown as Route;
}
