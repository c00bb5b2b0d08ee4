import { cursor, encodeCursor, pageLimit, pageLink } from "../../http/message/cursor.ts";
import { collectionDocument, type Resource, resourceDocument } from "../../http/message/envelope.ts";
import { rateLimitHeaders } from "../../http/message/rate-limit-headers.ts";
import { commandOf } from "../../http/route/command-of.ts";
import { type RequestContext, type Route, route } from "../../http/route/route.ts";
import { AppError } from "../../platform/base/errors.ts";
import { explainIssue } from "../../platform/base/explain-issue.ts";
import { issueDetails } from "../../platform/base/issue-details.ts";
import type { Limiter } from "../../platform/limits/limiter.ts";
import { mergePatch } from "./merge-patch.ts";
import type { Customer } from "./models.ts";
import {
  customerAttributes,
  customerFilter,
  customerParams,
  customerPosition,
  customerSchemas,
} from "./schemas.ts";
import type { CustomerChange, CustomerService } from "./service.ts";

const basePath = "/api/v1/customers";
const one = resourceDocument("customer", customerAttributes);
const page = collectionDocument("customer", customerAttributes);

const shared = { tags: ["customers"], limits: ["api"], module: "customers" } as const;
const read = { ...shared, access: { permission: "customers:read" } } as const;
const write = { ...shared, access: { permission: "customers:write" } } as const;

const listQuery = customerFilter
  .extend({ limit: pageLimit, cursor: cursor(customerPosition).optional() })
  .superRefine((query, context) => {
    if (query.cursor === undefined || query.cursor.sort === query.sort) return;
    const message = "use the cursor with the sort it was given for, or start again without it";
    context.addIssue({ code: "custom", path: ["cursor"], message });
  });

/** The operations on customers. */
export function customerRoutes(world: {
  readonly customers: CustomerService;
  readonly limiter: Limiter;
  readonly country: string;
}): Route[] {
  const { customers, limiter } = world;
  const schemas = customerSchemas(world.country);

  const patched =
    (patch: unknown): CustomerChange =>
    (current) => {
      const result = schemas.replaced.safeParse(mergePatch(writable(current), patch), {
        error: explainIssue,
      });
      if (result.success) return result.data;
      throw new AppError("VALIDATION_FAILED", { details: issueDetails(result.error, "body") });
    };

  return [
    route({
      ...read,
      method: "get",
      path: "/customers",
      operationId: "listCustomers",
      summary: "List, filter and search customers, a page at a time",
      query: listQuery,
      responses: { 200: { description: "A page of customers", schema: page } },
      async handle(context, { query }) {
        if (query.search !== undefined) await countSearch(limiter, context);
        const { customers: found, next } = await customers.list(query);
        const links = next && { next: pageLink(context.self, encodeCursor(next)) };
        return { status: 200, body: { data: found.map(present), ...(links && { links }) } };
      },
    }),
    route({
      ...write,
      method: "post",
      path: "/customers",
      operationId: "createCustomer",
      summary: "Create a customer",
      body: schemas.created,
      responses: { 201: { description: "The new customer", schema: one } },
      async handle(context, { body }) {
        const customer = await customers.create(body, commandOf(context));
        return { ...reply(201, customer), headers: { Location: `${basePath}/${customer.id}` } };
      },
    }),
    route({
      ...read,
      method: "get",
      path: "/customers/{id}",
      operationId: "retrieveCustomer",
      summary: "Retrieve a customer",
      params: customerParams,
      responses: { 200: { description: "The customer", schema: one } },
      handle: async (_context, { params }) => reply(200, await customers.retrieve(params.id)),
    }),
    route({
      ...write,
      method: "put",
      path: "/customers/{id}",
      operationId: "replaceCustomer",
      summary: "Replace a customer: what is left out is removed",
      conditional: true,
      params: customerParams,
      body: schemas.replaced,
      responses: { 200: { description: "The customer as it is now", schema: one } },
      handle: async (context, { params, body }) =>
        reply(200, await customers.change(params.id, () => body, commandOf(context))),
    }),
    route({
      ...write,
      method: "patch",
      path: "/customers/{id}",
      operationId: "updateCustomer",
      summary: "Change some fields of a customer with a JSON merge patch (RFC 7396): null removes",
      conditional: true,
      params: customerParams,
      body: schemas.patch,
      responses: { 200: { description: "The customer as it is now", schema: one } },
      handle: async (context, { params, body }) =>
        reply(200, await customers.change(params.id, patched(body), commandOf(context))),
    }),
    route({
      ...write,
      access: { permission: "customers:delete" },
      method: "delete",
      path: "/customers/{id}",
      operationId: "deleteCustomer",
      summary: "Delete a prospect or a closed customer; its records are kept",
      params: customerParams,
      responses: { 204: { description: "Deleted" } },
      async handle(context, { params }) {
        await customers.remove(params.id, commandOf(context));
        return { status: 204 };
      },
    }),
  ];
}

/** A search costs more than a page, so it has a limit of its own. */
async function countSearch(limiter: Limiter, { principal, clientAddress }: RequestContext): Promise<void> {
  const decision = await limiter.take("search", { userId: principal?.userId, clientAddress });
  if (!decision.allowed) throw new AppError("RATE_LIMITED", { headers: rateLimitHeaders(decision) });
}

function reply(status: number, customer: Customer) {
  const links = { self: `${basePath}/${customer.id}` };
  return { status, body: { data: present(customer), links }, version: customer.version };
}

function present({ id, version: _, ...attributes }: Customer): Resource {
  return { type: "customer", id, attributes };
}

/** The part of a customer that a patch can change. */
function writable(customer: Customer): object {
  const { id, accountNumber, statusChangedAt, createdAt, updatedAt, version, ...details } = customer;
  return details;
}
