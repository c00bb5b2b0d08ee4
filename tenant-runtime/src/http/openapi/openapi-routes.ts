import { type DescribedRoute, type RawReply, type Route, route } from "../route/route.ts";
import { type ApiDescription, openApiDocument } from "./openapi.ts";
import { referencePage, referenceScript, referenceStart, referenceStyle } from "./openapi-reference.ts";

const shared = { method: "get", tags: ["documentation"], access: "public", limits: ["api"] } as const;

/** The routes of the OpenAPI document, which also describes them, and of a page that displays it. */
export function documentationRoutes(routes: readonly Route[], description: ApiDescription): Route[] {
  const { title } = description;
  const document = JSON.stringify(openApiDocument([...routes, ...files.map(described)], description));
  return files.map((file) => served(file, () => file.content({ title, document })));
}

/** The sources of the page's files. */
interface Source {
  readonly title: string;
  readonly document: string;
}

interface File {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly contentType: string;
  readonly content: (source: Source) => string | Promise<string>;
}

const part = { summary: "Part of the page" };

const files: readonly File[] = [
  {
    path: "/openapi.json",
    operationId: "retrieveOpenApiDocument",
    summary: "This API as an OpenAPI 3.1 document",
    contentType: "application/json",
    content: ({ document }) => document,
  },
  {
    path: "/docs",
    operationId: "readReference",
    summary: "This API as a page to read",
    contentType: "text/html",
    content: ({ title }) => referencePage(title),
  },
  {
    ...part,
    path: "/docs/start.js",
    operationId: "readReferenceStart",
    contentType: "text/javascript",
    content: () => referenceStart,
  },
  {
    ...part,
    path: "/docs/swagger-ui.css",
    operationId: "readReferenceStyle",
    contentType: "text/css",
    content: referenceStyle,
  },
  {
    ...part,
    path: "/docs/swagger-ui-bundle.js",
    operationId: "readReferenceScript",
    contentType: "text/javascript",
    content: referenceScript,
  },
];

// The page runs only its own files and sends requests only to this API.
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

function described({ path, operationId, summary }: File): DescribedRoute {
  return { ...shared, path, operationId, summary, responses: { 200: { description: "The file" } } };
}

function served(file: File, content: () => string | Promise<string>): Route {
  const { contentType } = file;
  const headers = { "Content-Security-Policy": contentSecurityPolicy };
  return route({
    ...described(file),
    handle: async (): Promise<RawReply> => ({ status: 200, contentType, content: await content(), headers }),
  });
}
