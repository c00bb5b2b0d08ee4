import { type RawReply, type Route, route } from "../route/route.ts";
import { type ApiDescription, openApiDocument } from "./openapi.ts";
import { referencePage, referenceScript, referenceStart, referenceStyle } from "./openapi-reference.ts";

const shared = { method: "get", tags: ["documentation"], access: "public", limits: ["api"] } as const;

/** The description of `routes` and of itself, and a page to read it on. */
export function documentationRoutes(routes: readonly Route[], description: ApiDescription): Route[] {
  const { title } = description;
  const documentation: Route[] = [
    file(
      "/openapi.json",
      "retrieveOpenApiDocument",
      "This API as an OpenAPI 3.1 document",
      "application/json",
      () => document,
    ),
    file("/docs", "readReference", "This API as a page to read", "text/html", () => referencePage(title)),
    file("/docs/start.js", "readReferenceStart", "Part of the page", "text/javascript", () => referenceStart),
    file("/docs/swagger-ui.css", "readReferenceStyle", "Part of the page", "text/css", referenceStyle),
    file(
      "/docs/swagger-ui-bundle.js",
      "readReferenceScript",
      "Part of the page",
      "text/javascript",
      referenceScript,
    ),
  ];
  const document = JSON.stringify(openApiDocument([...routes, ...documentation], description));
  return documentation;
}

// The page runs nothing but its own files and sends nothing but to this API.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function file(
  path: string,
  operationId: string,
  summary: string,
  contentType: string,
  content: () => string | Promise<string>,
): Route {
  const headers = { "Content-Security-Policy": contentSecurityPolicy };
  return route({
    ...shared,
    path,
    operationId,
    summary,
    responses: { 200: { description: "The file" } },
    handle: async (): Promise<RawReply> => ({ status: 200, contentType, content: await content(), headers }),
  });
}
