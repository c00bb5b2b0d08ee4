import { z } from "zod";
import { pageLink } from "../../http/message/cursor.ts";
import { collectionDocument, type Resource, resourceDocument } from "../../http/message/envelope.ts";
import { commandOf } from "../../http/route/command-of.ts";
import { type Reply, type RequestContext, type Route, route } from "../../http/route/route.ts";
import type { Command } from "../../platform/events/command.ts";
import type { LimitName } from "../../platform/limits/limiter.ts";
import type { Entity } from "../entity.ts";
import { idOf } from "../fields/fields.ts";
import type { Listing, Page } from "../table/listing.ts";
import { bulkBody, bulkResult, eachByItself } from "./bulk.ts";
import type { Item } from "./collection.ts";
import { attributesWanted, fieldsParameter, sparse } from "./sparse-fields.ts";

/** A resource as its operations need to know it. */
export interface ResourceDescription<Attributes extends z.ZodObject> {
  readonly entity: Entity;
  /** With its article: "a customer". */
  readonly one: string;
  /** Begins the path and tags the operations: "customers". */
  readonly many: string;
  /** What the API shows of it. */
  readonly attributes: Attributes;
  readonly permissions: { readonly read: string; readonly write: string; readonly delete?: string };
  /** The module of the licence; without it no licence is needed. */
  readonly licensed?: string;
}

interface Described {
  readonly summary: string;
  /** Of the answer. */
  readonly answer?: string;
  /** Beside `api`. */
  readonly limits?: readonly LimitName[];
}

interface Shown<Attributes extends z.ZodObject> extends Described {
  /** What this operation shows, where it shows more than the others. */
  readonly attributes?: Attributes;
  /** True where the answer holds a password: it is shown once, and not kept for an Idempotency-Key. */
  readonly secretAnswer?: boolean;
}

type Body<Schema extends z.ZodType> = { readonly body: Schema };

/** Makes the routes of one resource: paths, permissions, answers, ETag and If-Match are the same for all resources. */
export function resourceRoutes<Attributes extends z.ZodObject>(resource: ResourceDescription<Attributes>) {
  const { entity, one, many, attributes, permissions, licensed } = resource;
  const { type } = entity;
  const noun = `${type[0]?.toUpperCase()}${type.slice(1)}`;
  const params = idOf(one);
  const self = (id: string) => `/api/v1/${many}/${id}`;
  const common = (permission: string, limits: readonly LimitName[] = []) => ({
    tags: [many],
    limits: ["api", ...limits] as LimitName[],
    access: { permission },
    ...(licensed !== undefined && { module: licensed }),
  });
  const reply = (status: number, item: Item, wanted?: readonly string[]): Reply => ({
    status,
    body: { data: present(type, item, wanted), links: { self: self(item.id) } },
    version: item.version,
    ...(status === 201 && { headers: { Location: self(item.id) } }),
  });
  const responses = (status: number, { answer, attributes: shown }: Shown<z.ZodObject>, usual: string) => ({
    [status]: { description: answer ?? usual, schema: resourceDocument(type, shown ?? attributes) },
  });

  return {
    /** A page of the listing. */
    list(
      {
        summary,
        answer,
        limits,
        listing,
      }: Described & { readonly listing: Pick<Listing<never, never>, "parameters" | "check"> },
      // biome-ignore lint/suspicious/noExplicitAny: the listing's schema has checked the query
      page: (query: any, context: RequestContext) => Promise<Page<Item>>,
    ): Route {
      return route({
        ...common(permissions.read, limits),
        method: "get",
        path: `/${many}`,
        operationId: `list${noun}s`,
        summary,
        query: z
          .strictObject({ ...listing.parameters, fields: fieldsParameter(attributes) })
          .superRefine((query, context) => listing.check(query as never, context)),
        responses: {
          200: { description: answer ?? `A page of ${many}`, schema: collectionDocument(type, attributes) },
        },
        async handle(context, { query }) {
          const { items, next } = await page(query, context);
          const data = items.map((item) => present(type, item, attributesWanted(query)));
          const links = next === undefined ? undefined : { next: pageLink(context.self, next) };
          return { status: 200, body: { data, ...(links && { links }) } };
        },
      });
    },

    retrieve(described: Described, find: (id: string) => Promise<Item>): Route {
      return route({
        ...common(permissions.read, described.limits),
        method: "get",
        path: `/${many}/{id}`,
        operationId: `retrieve${noun}`,
        summary: described.summary,
        params,
        query: z.strictObject({ fields: fieldsParameter(attributes) }),
        responses: responses(200, described, `The ${type}`),
        handle: async (_context, input) =>
          reply(200, await find(input.params.id), attributesWanted(input.query)),
      });
    },

    create<Schema extends z.ZodType>(
      described: Shown<z.ZodObject> & Body<Schema>,
      run: (body: z.output<Schema>, command: Command) => Promise<Item>,
    ): Route {
      return route({
        ...common(permissions.write, described.limits),
        method: "post",
        path: `/${many}`,
        operationId: `create${noun}`,
        summary: described.summary,
        secretAnswer: described.secretAnswer ?? false,
        body: described.body,
        responses: responses(201, described, `The new ${type}`),
        handle: async (context, { body }) => reply(201, await run(body, commandOf(context))),
      });
    },

    /** Creates up to 100, each by itself. A fault of form refuses all of them before the first is created. */
    createInBulk<Schema extends z.ZodType>(
      described: Described & Body<Schema>,
      run: (body: z.output<Schema>, command: Command) => Promise<Item>,
    ): Route {
      return route({
        ...common(permissions.write, ["bulk", ...(described.limits ?? [])]),
        method: "post",
        path: `/${many}/bulk`,
        operationId: `create${noun}sInBulk`,
        summary: described.summary,
        body: bulkBody(described.body),
        responses: {
          200: {
            description: "What became of each, in the order of the request",
            schema: collectionDocument("result", bulkResult),
          },
        },
        async handle(context, { body }) {
          const command = commandOf(context);
          const results = await eachByItself(body.items, (item) => run(item as z.output<Schema>, command));
          const data = results.map((attributes, index) => ({
            type: "result",
            id: String(index),
            attributes,
          }));
          return { status: 200, body: { data } };
        },
      });
    },

    /** What is left out is removed. */
    replace<Schema extends z.ZodType>(
      described: Described & Body<Schema>,
      run: (id: string, body: z.output<Schema>, command: Command) => Promise<Item>,
    ): Route {
      return changing("put", `replace${noun}`, described, run);
    },

    /** A merge patch (RFC 7396). */
    update<Schema extends z.ZodType>(
      described: Described & Body<Schema>,
      run: (id: string, body: z.output<Schema>, command: Command) => Promise<Item>,
    ): Route {
      return changing("patch", `update${noun}`, described, run);
    },

    remove(described: Described, run: (id: string, command: Command) => Promise<void>): Route {
      return route({
        ...common(permissions.delete ?? permissions.write, described.limits),
        method: "delete",
        path: `/${many}/{id}`,
        operationId: `delete${noun}`,
        summary: described.summary,
        params,
        responses: { 204: { description: "Deleted" } },
        async handle(context, input) {
          await run(input.params.id, commandOf(context));
          return { status: 204 };
        },
      });
    },

    /** Something else that is done to one of them: `POST /users/{id}/password-reset`. */
    act(
      described: Shown<z.ZodObject> & { readonly operationId: string; readonly path: string },
      run: (id: string, command: Command) => Promise<Item>,
    ): Route {
      return route({
        ...common(permissions.write, described.limits),
        method: "post",
        path: `/${many}/{id}/${described.path}`,
        operationId: described.operationId,
        summary: described.summary,
        secretAnswer: described.secretAnswer ?? false,
        params,
        responses: responses(200, described, `The ${type}`),
        handle: async (context, input) => reply(200, await run(input.params.id, commandOf(context))),
      });
    },
  };

  function changing<Schema extends z.ZodType>(
    method: "put" | "patch",
    operationId: string,
    described: Described & Body<Schema>,
    run: (id: string, body: z.output<Schema>, command: Command) => Promise<Item>,
  ): Route {
    return route({
      ...common(permissions.write, described.limits),
      method,
      path: `/${many}/{id}`,
      operationId,
      summary: described.summary,
      conditional: true,
      params,
      body: described.body,
      responses: responses(200, described, `The ${type} as it is now`),
      handle: async (context, input) =>
        reply(200, await run(input.params.id, input.body, commandOf(context))),
    });
  }
}

/** An item as the API shows it: its id apart, its version in the ETag only. */
export function present(
  type: string,
  { id, version: _, ...attributes }: Item,
  wanted?: readonly string[],
): Resource {
  return { type, id, attributes: sparse(attributes, wanted) };
}
