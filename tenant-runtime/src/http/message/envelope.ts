import { z } from "zod";

/** A resource in the API's form. */
export interface Resource<Attributes extends object = object> {
  readonly type: string;
  readonly id: string;
  readonly attributes: Attributes;
}

/** A handler's result: the envelope without the parts that the server adds. */
export interface Payload {
  readonly data: Resource | readonly Resource[];
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Paths below the host. `self` is by default the request's own. */
  readonly links?: Readonly<Record<string, string>>;
}

export interface Envelope extends Payload {
  readonly meta: { readonly timestamp: string; readonly version: string; readonly [name: string]: unknown };
  readonly links: { readonly self: string; readonly [name: string]: string };
}

const apiVersion = "1.0";

/** Completes a handler's payload with the time, the API's version and the link to itself. */
export function envelope(payload: Payload, now: Date, self: string): Envelope {
  return {
    data: payload.data,
    meta: { timestamp: now.toISOString(), version: apiVersion, ...payload.meta },
    links: { self, ...payload.links },
  };
}

const meta = z.object({ timestamp: z.iso.datetime(), version: z.literal(apiVersion) });

/** The schema of one resource in its envelope, for a route's `responses`. `links` are those in addition to `self`. */
export function resourceDocument<Attributes extends z.ZodObject>(
  type: string,
  attributes: Attributes,
  links: Readonly<Record<string, z.ZodType>> = {},
) {
  return z.object({
    data: z.object({ type: z.literal(type), id: z.string(), attributes }),
    meta,
    links: z.object({ self: z.string(), ...links }),
  });
}

/** The schema of a page of resources in its envelope; `links.next` is absent on the last page. */
export function collectionDocument<Attributes extends z.ZodObject>(type: string, attributes: Attributes) {
  return z.object({
    data: z.array(z.object({ type: z.literal(type), id: z.string(), attributes })),
    meta,
    links: z.object({ self: z.string(), next: z.string().optional() }),
  });
}

/** The schema of one detail of an error. */
export const errorDetail = z.object({
  in: z
    .enum(["body", "query", "path", "header"])
    .optional()
    .describe("The part of the request; absent for a fault in none, such as a permission"),
  field: z.string().describe("Where in that part; the part's own name for all of it"),
  message: z.string().describe("The advice for a correct value"),
});

/** The code of any error of the catalogue, which only the whole server knows. OpenAPI lists them in its schema ErrorCode. */
export const errorCode = z.string();

/** The schema of every error response. */
export function errorDocument() {
  return z.object({
    error: z.object({
      code: errorCode,
      message: z.string(),
      details: z.array(errorDetail),
      request_id: z.string(),
    }),
  });
}
