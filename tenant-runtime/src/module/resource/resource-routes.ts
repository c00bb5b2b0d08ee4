import { z } from "zod";
import { pageLink } from "../../http/message/cursor.ts";
import { collectionDocument } from "../../http/message/envelope.ts";
import { commandOf } from "../../http/route/command-of.ts";
import { type RequestContext, type Route, route } from "../../http/route/route.ts";
import type { Command } from "../../platform/events/command.ts";
import type { LimitName } from "../../platform/limits/limiter.ts";
import { idOf } from "../fields/fields.ts";
import type { Listing, Page } from "../table/listing.ts";
import { bulkBody, bulkResult, eachByItself } from "./bulk.ts";
import type { Item } from "./collection.ts";
import { exportRoute } from "./export-route.ts";
import { type ImportDescription, importRoute } from "./import-route.ts";
import { present, replyWith, responsesOf, type Shown } from "./resource-answers.ts";
import {
  commonOf,
  type Described,
  nounOf,
  pluralOf,
  type ResourceDescription,
} from "./resource-description.ts";
import { attributesWanted, fieldsParameter } from "./sparse-fields.ts";

type Tail<List extends readonly unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never;

interface WithBody<Schema extends z.ZodType> extends Described {
  readonly body: Schema;
}

type Creation<Schema extends z.ZodType> = (body: z.output<Schema>, command: Command) => Promise<Item>;

type Change<Schema extends z.ZodType> = (
  id: string,
  body: z.output<Schema>,
  command: Command,
) => Promise<Item>;

/** The routes of one resource. Paths, permissions, answers, ETag and If-Match are the same for all resources. */
export class ResourceRoutes {
  readonly #resource: ResourceDescription;
  readonly #params: ReturnType<typeof idOf>;

  constructor(resource: ResourceDescription) {
    this.#resource = resource;
    this.#params = idOf(resource.one);
  }

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
    const { entity, many, attributes } = this.#resource;
    const schema = collectionDocument(entity.type, attributes);
    return route({
      ...this.#reading(limits),
      method: "get",
      path: `/${many}`,
      operationId: `list${pluralOf(this.#resource)}`,
      summary,
      query: z
        .strictObject({ ...listing.parameters, fields: fieldsParameter(attributes) })
        .superRefine((query, context) => listing.check(query as never, context)),
      responses: { 200: { description: answer ?? `A page of ${many}`, schema } },
      async handle(context, { query }) {
        const { items, next } = await page(query, context);
        const data = items.map((item) => present(entity.type, item, attributesWanted(query)));
        const links = next === undefined ? undefined : { next: pageLink(context.self, next) };
        return { status: 200, body: { data, ...(links && { links }) } };
      },
    });
  }

  /** One item by its id. */
  retrieve(described: Described, find: (id: string) => Promise<Item>): Route {
    const resource = this.#resource;
    return route({
      ...this.#reading(described.limits),
      method: "get",
      path: `/${resource.many}/{id}`,
      operationId: `retrieve${nounOf(resource)}`,
      summary: described.summary,
      params: this.#params,
      query: z.strictObject({ fields: fieldsParameter(resource.attributes) }),
      responses: responsesOf(resource, 200, described, `The ${resource.entity.type}`),
      handle: async (_context, { params, query }) =>
        replyWith(resource, 200, await find(params.id), attributesWanted(query)),
    });
  }

  /** Creates one item. */
  create<Schema extends z.ZodType>(described: Shown & WithBody<Schema>, run: Creation<Schema>): Route {
    const resource = this.#resource;
    return route({
      ...this.#writing(described.limits),
      method: "post",
      path: `/${resource.many}`,
      operationId: `create${nounOf(resource)}`,
      summary: described.summary,
      secretAnswer: described.secretAnswer ?? false,
      body: described.body,
      responses: responsesOf(resource, 201, described, `The new ${resource.entity.type}`),
      handle: async (context, { body }) => replyWith(resource, 201, await run(body, commandOf(context))),
    });
  }

  /** Creates up to 100, each separately. An invalid body refuses all of them before the first is created. */
  createInBulk<Schema extends z.ZodType>(described: WithBody<Schema>, run: Creation<Schema>): Route {
    const description = "The outcome of each, in the order of the request";
    return route({
      ...this.#writing(described.limits),
      limitsOfFirst: ["bulk"],
      method: "post",
      path: `/${this.#resource.many}/bulk`,
      operationId: `create${pluralOf(this.#resource)}InBulk`,
      summary: described.summary,
      body: bulkBody(described.body),
      responses: { 200: { description, schema: collectionDocument("result", bulkResult) } },
      async handle(context, { body }) {
        const command = commandOf(context);
        const results = await eachByItself(body.items, (item) => run(item as z.output<Schema>, command));
        const data = results.map((attributes, index) => ({ type: "result", id: String(index), attributes }));
        return { status: 200, body: { data } };
      },
    });
  }

  /** All items of the list, as CSV. */
  export(...described: Tail<Parameters<typeof exportRoute>>): Route {
    return exportRoute(this.#resource, ...described);
  }

  /** Creates each row of a CSV separately, after the answer. */
  import<Schema extends z.ZodType>(described: ImportDescription<Schema>, create: Creation<Schema>): Route {
    return importRoute(this.#resource, described, create);
  }

  /** Replaces the whole resource. Absent fields are removed. */
  replace<Schema extends z.ZodType>(described: WithBody<Schema>, run: Change<Schema>): Route {
    return this.#change("put", "replace", described, run);
  }

  /** A merge patch (RFC 7396). */
  update<Schema extends z.ZodType>(described: WithBody<Schema>, run: Change<Schema>): Route {
    return this.#change("patch", "update", described, run);
  }

  /** Deletes one item. */
  remove(described: Described, run: (id: string, command: Command) => Promise<void>): Route {
    const { many, permissions } = this.#resource;
    return route({
      ...commonOf(this.#resource, permissions.delete ?? permissions.write, described.limits),
      method: "delete",
      path: `/${many}/{id}`,
      operationId: `delete${nounOf(this.#resource)}`,
      summary: described.summary,
      params: this.#params,
      responses: { 204: { description: "Deleted" } },
      async handle(context, { params }) {
        await run(params.id, commandOf(context));
        return { status: 204 };
      },
    });
  }

  /** Another action on one resource: `POST /users/{id}/password-reset`. */
  act(
    described: Shown & { readonly operationId: string; readonly path: string },
    run: (id: string, command: Command) => Promise<Item>,
  ): Route {
    const resource = this.#resource;
    return route({
      ...this.#writing(described.limits),
      method: "post",
      path: `/${resource.many}/{id}/${described.path}`,
      operationId: described.operationId,
      summary: described.summary,
      secretAnswer: described.secretAnswer ?? false,
      params: this.#params,
      responses: responsesOf(resource, 200, described, `The ${resource.entity.type}`),
      handle: async (context, { params }) =>
        replyWith(resource, 200, await run(params.id, commandOf(context))),
    });
  }

  #change<Schema extends z.ZodType>(
    method: "put" | "patch",
    verb: string,
    described: WithBody<Schema>,
    run: Change<Schema>,
  ): Route {
    const resource = this.#resource;
    return route({
      ...this.#writing(described.limits),
      method,
      path: `/${resource.many}/{id}`,
      operationId: `${verb}${nounOf(resource)}`,
      summary: described.summary,
      conditional: true,
      params: this.#params,
      body: described.body,
      responses: responsesOf(resource, 200, described, `The ${resource.entity.type} as it is now`),
      handle: async (context, { params, body }) =>
        replyWith(resource, 200, await run(params.id, body, commandOf(context))),
    });
  }

  #reading(limits?: readonly LimitName[]) {
    return commonOf(this.#resource, this.#resource.permissions.read, limits);
  }

  #writing(limits?: readonly LimitName[]) {
    return commonOf(this.#resource, this.#resource.permissions.write, limits);
  }
}
