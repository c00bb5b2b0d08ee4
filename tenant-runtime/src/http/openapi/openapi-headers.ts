import type { DescribedRoute } from "../route/route.ts";

const text = { type: "string" };
const whole = { type: "integer", minimum: 0 };

const described = {
  "Accept-Encoding": ["The codings that a body may have, where another one is refused", text],
  "Accept-Patch": ["The types that a patch may have", text],
  "Content-Disposition": ["A name for the file", text],
  ETag: ["The version, for If-Match", text],
  "Idempotency-Replayed": ["Present where the answer was kept for the Idempotency-Key", { const: "true" }],
  Location: ["The address of the created resource, or of the started operation", text],
  "RateLimit-Limit": ["The requests in one window of the limit", whole],
  "RateLimit-Remaining": ["The requests that are left of them", whole],
  "RateLimit-Reset": [
    "Seconds until the whole limit is available, or one request where this one is refused",
    whole,
  ],
  "Retry-After": ["Seconds to wait before the next request", whole],
  "WWW-Authenticate": ["How to authenticate (RFC 6750)", text],
} as const;

export type HeaderName = keyof typeof described;

/** The headers of answers, for the components of the document. */
export const headerComponents = Object.fromEntries(
  Object.entries(described).map(([name, [description, schema]]) => [name, { description, schema }]),
);

/** The part of a response that names its headers. */
export function withHeaders(names: readonly string[]): { readonly headers?: object } {
  if (names.length === 0) return {};
  return {
    headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
  };
}

const ofLimit: readonly HeaderName[] = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"];
/** The statuses of refusals that come before any limit is counted. */
const beforeLimits: ReadonlySet<number> = new Set([408, 417, 431, 501, 505]);

/** The headers that any answer of a route with this status may have. */
export function commonHeaders(route: DescribedRoute, status: number): readonly HeaderName[] {
  const keyed = route.method === "post" && route.access !== "public" && route.secretAnswer !== true;
  const isLimited = route.limits.length > 0 && !beforeLimits.has(status);
  return [
    ...(isLimited || status === 429 ? ofLimit : []),
    ...(keyed && (status < 300 || isKept(status)) ? (["Idempotency-Replayed"] as const) : []),
    ...(ofStatus[status] ?? []),
    ...(status === 415 && route.method === "patch" ? (["Accept-Patch"] as const) : []),
  ];
}

/** Whether a refusal with this status may come after a change, so that it is kept for an Idempotency-Key. */
function isKept(status: number): boolean {
  return [403, 404, 409, 412, 422].includes(status);
}

const ofStatus: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ["WWW-Authenticate"],
  409: ["Retry-After"],
  415: ["Accept-Encoding"],
  429: ["Retry-After"],
  503: ["Retry-After"],
};
