import { z } from "zod";
import { apiRoot } from "../../http/message/api-root.ts";
import { pageLink } from "../../http/message/cursor.ts";
import {
  collectionDocument,
  errorCode,
  type Resource,
  resourceDocument,
} from "../../http/message/envelope.ts";
import type { Reply } from "../../http/route/route.ts";
import { type Operation, shownStates } from "../../platform/operations/operation.ts";

const operationAttributes = z.object({
  kind: z
    .string()
    .describe("The module and its kind of operation")
    .meta({ examples: ["customers.import"] }),
  state: z.enum(shownStates),
  dryRun: z.boolean().describe("Whether it only validates and changes nothing"),
  total: z.int().describe("The number of items"),
  done: z.int().describe("The number of finished items"),
  refused: z.int().describe("The number of refused items among them; the report gives the reasons"),
  error: z.object({ code: errorCode, message: z.string() }).nullable().describe("Why it failed"),
  createdBy: z.string().describe("The id of the user whose command it is"),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().describe("When it and its report are removed"),
});

/** The schema of an answer that holds an operation. */
export const operationDocument = resourceDocument("operation", operationAttributes, {
  report: z.string().describe("The address of the report"),
});

/** An operation in the API's form: 202 after the command that started it, 200 for later reads. */
export function operationReply(status: 200 | 202, operation: Operation): Reply {
  const self = `${apiRoot}/operations/${operation.id}`;
  return {
    status,
    body: { data: resourceOf(operation), links: { self, report: `${self}/report` } },
    headers: {
      ...(status === 202 && { Location: self }),
      ...(operation.finishedAt === null && { "Retry-After": "1" }),
    },
  };
}

/** The schema of an answer that holds a page of operations. */
export const operationsDocument = collectionDocument("operation", operationAttributes);

/** A page of operations in the API's form. `self` is the request's address, `next` the cursor of the next page. */
export function operationsReply(operations: readonly Operation[], self: string, next?: string): Reply {
  const links = next === undefined ? undefined : { next: pageLink(self, next) };
  return { status: 200, body: { data: operations.map(resourceOf), ...(links && { links }) } };
}

function resourceOf(operation: Operation): Resource {
  const { id, kind, state, dryRun, total, done, refused, error, createdBy } = operation;
  const instants = {
    createdAt: operation.createdAt.toISOString(),
    finishedAt: operation.finishedAt?.toISOString() ?? null,
    expiresAt: operation.expiresAt.toISOString(),
  };
  const attributes = { kind, state, dryRun, total, done, refused, error, createdBy, ...instants };
  return { type: "operation", id, attributes };
}
