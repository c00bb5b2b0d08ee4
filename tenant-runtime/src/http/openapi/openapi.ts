import type { ErrorKind } from "../../platform/base/errors.ts";
import { apiRoot } from "../message/api-root.ts";
import { errorDocument } from "../message/envelope.ts";
import { webSocketPath } from "../message/web-socket-address.ts";
import type { DescribedRoute } from "../route/route.ts";
import { jsonSchema } from "./json-schema.ts";
import { headerComponents } from "./openapi-headers.ts";
import { type OpenApiOperation, openApiOperation } from "./openapi-operation.ts";

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: "3.1.1";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  /** The topics of live events. */
  readonly "x-topics": ApiDescription["topics"];
  readonly components: object;
}

const description = `
Answers carry \`data\`, \`meta\` and \`links\`; errors carry \`error\` with a stable \`code\`, a message and, for
each wrong field, its correction. Lists come in pages: follow \`links.next\` until it is absent.

Log in, then send the access token as \`Authorization: Bearer …\`. A change names the version it was made from
with \`If-Match\`, so that no change is lost; a POST with an \`Idempotency-Key\` can be repeated safely.

Live events come over a WebSocket at \`${webSocketPath}\`, which OpenAPI cannot describe: see the page api.md of the platform. The
topics are in \`x-topics\`.
`.trim();

/** The inputs of an API's description. */
export interface ApiDescription {
  readonly title: string;
  /** All errors that the server can return. */
  readonly errors: readonly ErrorKind[];
  /**
   * The topics that a WebSocket client can follow, each with the required permission. `owned`: without it a user hears of
   * entities of their own.
   */
  readonly topics: readonly {
    readonly name: string;
    readonly permission: string | undefined;
    readonly owned?: boolean;
  }[];
}

/** Describes the routes, from the same schemas that check their requests. */
export function openApiDocument(
  routes: readonly DescribedRoute[],
  { title, errors, topics }: ApiDescription,
): OpenApiDocument {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  const paths = [...byPath].map(([path, atPath]) => {
    const versioned = atPath.some(({ conditional }) => conditional);
    return [
      path,
      Object.fromEntries(atPath.map((route) => [route.method, openApiOperation(route, versioned, errors)])),
    ];
  });
  return {
    openapi: "3.1.1",
    info: { title, version: "1.0.0", description },
    servers: [{ url: apiRoot }],
    paths: Object.fromEntries(paths),
    "x-topics": topics,
    components: {
      schemas: { Error: jsonSchema(errorDocument(), "output"), ErrorCode: codesOf(errors) },
      headers: headerComponents,
      securitySchemes: { accessToken: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
}

function codesOf(errors: readonly ErrorKind[]): object {
  return { type: "string", enum: [...new Set(errors.map(({ code }) => code))] };
}
