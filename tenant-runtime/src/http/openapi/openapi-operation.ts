import type { z } from "zod";
import type { ErrorKind } from "../../platform/base/errors.ts";
import type { DescribedRoute } from "../route/route.ts";
import { type JsonSchema, jsonSchema } from "./json-schema.ts";
import { commonHeaders, withHeaders } from "./openapi-headers.ts";

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}

/** Describes one route that can fail with any of the errors. `versioned`: its path responds with an ETag. */
export function openApiOperation(
  route: DescribedRoute,
  versioned: boolean,
  errors: readonly ErrorKind[],
): OpenApiOperation {
  const { operationId, summary, tags, access } = route;
  return {
    operationId,
    summary,
    tags,
    security: access === "public" ? [] : [{ accessToken: [] }],
    ...(typeof access === "object" && { "x-permission": access.permission }),
    ...(route.module !== undefined && { "x-module": route.module }),
    parameters: parametersOf(route, versioned),
    ...(route.body && { requestBody: requestBodyOf(route, route.body) }),
    ...(route.stream && { requestBody: streamOf(route.stream) }),
    responses: { ...successes(route, versioned), ...failures(route, versioned, errors) },
  };
}

function parametersOf(route: DescribedRoute, versioned: boolean): object[] {
  const headers = [
    ...(versioned && route.method === "get"
      ? [
          header("If-None-Match", false, "The ETag of a known version, which is then not sent again"),
          header("If-Match", false, "The ETag of the version to read; another one is not sent"),
        ]
      : []),
    ...(route.conditional
      ? [header("If-Match", true, "The ETag of the version that the change is made from")]
      : []),
    ...(versioned && route.method === "delete" && !route.conditional
      ? [header("If-Match", false, "The ETag of the version to delete; another one is not deleted")]
      : []),
    ...(route.method === "post" && route.access !== "public"
      ? [header("Idempotency-Key", false, "Repeats of this request with this key are carried out once")]
      : []),
  ];
  return [...propertiesAs("path", route.params), ...propertiesAs("query", route.query), ...headers];
}

function header(name: string, required: boolean, description: string): object {
  return { name, in: "header", required, description, schema: { type: "string" } };
}

function propertiesAs(place: "path" | "query", schema: z.ZodType | undefined): object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, "input") as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description !== undefined && { description }),
    ...schemaOf(property),
  }));
}

/** Several words with commas between them are a list. */
function schemaOf({ items, examples, ...property }: JsonSchema): object {
  if (items === undefined) return { schema: { ...property, ...(examples !== undefined && { examples }) } };
  return { schema: { type: "array", items }, style: "form", explode: false };
}

function requestBodyOf({ method }: DescribedRoute, body: z.ZodType): object {
  const content = { schema: jsonSchema(body, "input") };
  const types =
    method === "patch" ? ["application/merge-patch+json", "application/json"] : ["application/json"];
  return { required: true, content: Object.fromEntries(types.map((type) => [type, content])) };
}

function streamOf({ type, description }: NonNullable<DescribedRoute["stream"]>): object {
  return { required: true, description, content: { [type]: { schema: { type: "string" } } } };
}

function successes(route: DescribedRoute, versioned: boolean): Record<string, object> {
  const { method, responses } = route;
  const described = Object.entries(responses).map(([status, { description, schema, type, headers = [] }]) => [
    status,
    {
      description,
      ...withHeaders([...headers, ...commonHeaders(route, Number(status))]),
      ...(schema && { content: { "application/json": { schema: jsonSchema(schema, "output") } } }),
      ...(type !== undefined && { content: { [type]: { schema: { type: "string" } } } }),
    },
  ]);
  return Object.fromEntries([...described, ...(versioned && method === "get" ? [unchanged(route)] : [])]);
}

function unchanged(route: DescribedRoute) {
  const description = "Not modified: If-None-Match names the present version";
  return [304, { description, ...withHeaders(["ETag", ...commonHeaders(route, 304)]) }] as const;
}

function failures(
  route: DescribedRoute,
  versioned: boolean,
  errors: readonly ErrorKind[],
): Record<string, object> {
  const statuses = [
    400,
    ...(route.params || route.query || route.body || route.stream ? [422] : []),
    ...(route.access === "public" && route.body === undefined ? [] : [401]),
    ...(route.access === "public" && route.body === undefined ? [] : [403]),
    ...(route.params ? [404] : []),
    408,
    ...(route.method === "get" ? [] : [409]),
    ...(route.conditional || route.method === "delete" || (versioned && route.method === "get") ? [412] : []),
    ...(route.body || route.stream ? [413, 415] : []),
    417,
    ...(route.conditional ? [428] : []),
    429,
    431,
    500,
    501,
    503,
    505,
    ...(route.method === "get" ? [] : [507]),
  ];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        ...failure(errors.filter((error) => error.status === status)),
        ...withHeaders(commonHeaders(route, status)),
      },
    ]),
  );
}

function failure(errors: readonly ErrorKind[]): object {
  return {
    description: errors.map(({ code, message }) => `\`${code}\`: ${message}`).join("\n\n"),
    content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
  };
}
