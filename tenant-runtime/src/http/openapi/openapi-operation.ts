import { z } from "zod";
import type { ErrorKind } from "../../platform/base/errors.ts";
import type { DescribedRoute } from "../route/route.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}

/** Describes one route, which may fail with any of the errors. `versioned`: its path answers with an ETag. */
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
    parameters: parametersOf(route),
    ...(route.body && { requestBody: requestBodyOf(route, route.body) }),
    responses: { ...successes(route, versioned), ...failures(route, errors) },
  };
}

function parametersOf(route: DescribedRoute): object[] {
  const headers = [
    ...(route.conditional
      ? [header("If-Match", true, "The ETag of the version that the change is made from")]
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
    schema: property,
  }));
}

function requestBodyOf({ method }: DescribedRoute, body: z.ZodType): object {
  const content = { schema: jsonSchema(body, "input") };
  const types =
    method === "patch" ? ["application/merge-patch+json", "application/json"] : ["application/json"];
  return { required: true, content: Object.fromEntries(types.map((type) => [type, content])) };
}

function successes({ responses }: DescribedRoute, versioned: boolean): Record<string, object> {
  const etag = { description: "The version, for If-Match", schema: { type: "string" } };
  const described = Object.entries(responses).map(([status, { description, schema }]) => [
    status,
    {
      description,
      ...(versioned && schema && { headers: { ETag: etag } }),
      ...(schema && { content: { "application/json": { schema: jsonSchema(schema, "output") } } }),
    },
  ]);
  return Object.fromEntries(described);
}

function failures(route: DescribedRoute, errors: readonly ErrorKind[]): Record<string, object> {
  const statuses = [
    ...(route.params || route.query || route.body ? [400, 422] : []),
    ...(route.access === "public" && route.body === undefined ? [] : [401]),
    ...(route.access === "public" ? [] : [403]),
    ...(route.params ? [404] : []),
    ...(route.method === "get" ? [] : [409]),
    ...(route.conditional || route.method === "delete" ? [412] : []),
    ...(route.body ? [413, 415] : []),
    ...(route.conditional ? [428] : []),
    429,
    500,
    503,
  ];
  return Object.fromEntries(
    statuses.map((status) => [status, failure(errors.filter((error) => error.status === status))]),
  );
}

function failure(errors: readonly ErrorKind[]): object {
  return {
    description: errors.map(({ code, message }) => `\`${code}\`: ${message}`).join("\n\n"),
    content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
  };
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return described;
}
