import { z } from "zod";
import { cursor, encodeCursor, pageLimit } from "../../http/message/cursor.ts";
import { commandOf, principalOf } from "../../http/route/command-of.ts";
import { type RequestContext, type Route, route } from "../../http/route/route.ts";
import { csvText, csvType } from "../../module/csv/write-csv.ts";
import { idOf, someOf } from "../../module/fields/fields.ts";
import {
  operationDocument,
  operationReply,
  operationsDocument,
  operationsReply,
} from "../../module/resource/operation-resource.ts";
import type { Permits } from "../../platform/access/authentication.ts";
import { AppError } from "../../platform/base/errors.ts";
import { instantPosition } from "../../platform/base/instant-position.ts";
import { uuid } from "../../platform/base/text.ts";
import { type Operation, shownStates } from "../../platform/operations/operation.ts";
import type { Operations } from "../../platform/operations/operations.ts";

const common = {
  tags: ["operations"],
  access: "authenticated",
  limits: ["api"],
} as const;

const params = idOf("an operation");
const place = z.object({ createdAt: instantPosition, id: uuid("a UUID") });

interface Services {
  readonly operations: Operations;
  readonly permits: Permits;
}

/** The operations on operations: each is seen by the user whose command it is, and by who may manage all. */
export function operationRoutes(services: Services): Route[] {
  return [listRoute(services), retrieveRoute(services), cancelRoute(services), reportRoute(services)];
}

function listRoute({ operations, permits }: Services): Route {
  return route({
    ...common,
    method: "get",
    path: "/operations",
    operationId: "listOperations",
    summary: "List operations, the newest first: your own, or all of them with the permission to manage all",
    query: z.strictObject({
      state: someOf(shownStates).optional(),
      limit: pageLimit,
      cursor: cursor(place).optional(),
    }),
    responses: { 200: { description: "A page of operations", schema: operationsDocument } },
    async handle(context, { query: { state: states, limit, cursor: after } }) {
      const principal = principalOf(context);
      const createdBy = permits(principal, "operations:manage") ? undefined : principal.userId;
      const { items, next } = await operations.list({ createdBy, states, after, limit });
      return operationsReply(items, context.self, next && encodeCursor(next));
    },
  });
}

function retrieveRoute(services: Services): Route {
  return route({
    ...common,
    method: "get",
    path: "/operations/{id}",
    params,
    operationId: "retrieveOperation",
    summary: "Retrieve an operation: its progress and its result",
    responses: { 200: { description: "The operation", schema: operationDocument, headers: ["Retry-After"] } },
    handle: async (context, { params }) => operationReply(200, await seen(services, context, params.id)),
  });
}

function cancelRoute(services: Services): Route {
  return route({
    ...common,
    method: "post",
    path: "/operations/{id}/cancellation",
    params,
    operationId: "cancelOperation",
    summary: "Cancel an operation: its finished parts stay, and no more parts are done",
    responses: { 200: { description: "The operation as it is now", schema: operationDocument } },
    async handle(context, { params }) {
      const { id } = await seen(services, context, params.id);
      return operationReply(200, await services.operations.cancel(commandOf(context), id));
    },
  });
}

function reportRoute(services: Services): Route {
  return route({
    ...common,
    method: "get",
    path: "/operations/{id}/report",
    params,
    operationId: "readOperationReport",
    summary:
      "The result of each line so far, as CSV: its outcome, the new id, or each fault with its correction",
    responses: { 200: { description: "A table with one line for each result or fault", type: "text/csv" } },
    async handle(context, { params }) {
      const { id } = await seen(services, context, params.id);
      const content = await csvText(reportColumns, report(services.operations, id));
      return { status: 200, contentType: csvType, content };
    },
  });
}

/** The operation, if this user may see it. Throws NOT_FOUND. */
async function seen(
  { operations, permits }: Services,
  context: RequestContext,
  id: string,
): Promise<Operation> {
  const principal = principalOf(context);
  const operation = await operations.retrieve(id);
  if (operation.createdBy === principal.userId || permits(principal, "operations:manage")) return operation;
  throw new AppError("NOT_FOUND");
}

const reportColumns = ["line", "outcome", "id", "field", "message"];

async function* report(operations: Operations, id: string): AsyncGenerator<string[][]> {
  for await (const page of operations.results(id))
    yield page.map(({ line, outcome, resource, field, message }) => [
      String(line),
      outcome,
      resource ?? "",
      field ?? "",
      message ?? "",
    ]);
}
