import type { z } from "zod";

/** Who makes a request: a signed-in user of this ISP. */
export interface Principal {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  readonly mustChangePassword: boolean;
}

export type Role = "admin" | "agent";

/** What a handler may know of its request beyond its parsed input. */
export interface RequestContext {
  readonly requestId: string;
  /** Absent on public routes only. */
  readonly principal: Principal | undefined;
  readonly clientAddress: string;
  readonly ifMatch: string | undefined;
}

/** A handler's answer before it is wrapped in the envelope. */
export interface Reply<Body> {
  readonly status: number;
  readonly body: Body;
  /** Becomes the ETag header, quoted. */
  readonly version?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type LimitName = "api" | "login" | "search" | "bulk";

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
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly responses: Readonly<Record<number, { description: string; schema?: Response }>>;
  handle(
    context: RequestContext,
    input: { params: z.output<Params>; query: z.output<Query>; body: z.output<Body> },
  ): Promise<Reply<unknown>>;
}
