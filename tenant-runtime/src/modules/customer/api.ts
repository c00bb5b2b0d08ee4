import type { Route } from "../../http/route/route.ts";
import { merged } from "../../module/fields/merged.ts";
import { countAgainst } from "../../module/resource/count-against.ts";
import { ResourceRoutes } from "../../module/resource/resource-routes.ts";
import type { Limiter } from "../../platform/limits/limiter.ts";
import type { Operations } from "../../platform/operations/operations.ts";
import type { CustomerListing } from "./listing.ts";
import { type CustomerSchemas, customerAttributes } from "./schemas.ts";
import type { CustomerService } from "./service.ts";
import { type Customer, customer } from "./store/models.ts";

const resource = new ResourceRoutes({
  entity: customer,
  one: "a customer",
  many: "customers",
  attributes: customerAttributes,
  permissions: { read: "customers:read", write: "customers:write", delete: "customers:delete" },
  licensed: "customers",
});

interface CustomerServices {
  readonly customers: CustomerService;
  readonly listing: CustomerListing;
  readonly limiter: Limiter;
  readonly schemas: CustomerSchemas;
  readonly operations: Operations;
}

/** The operations on customers. */
export function customerRoutes(services: CustomerServices): Route[] {
  const { customers, listing, limiter, schemas, operations } = services;
  return [
    resource.list(
      { summary: "List, filter and search customers, a page at a time", listing },
      async (query, context) => {
        // A search costs more than a page, so it has a limit of its own.
        if (query.search !== undefined) await countAgainst(limiter, "search", context);
        return customers.list(query);
      },
    ),
    resource.create({ summary: "Create a customer", body: schemas.created }, customers.create),
    resource.createInBulk(
      { summary: "Create up to 100 customers, with a result for each", body: schemas.created },
      customers.create,
    ),
    resource.import(
      {
        summary: "Create customers from a CSV, each by itself; the operation's report has the result of each",
        body: schemas.created,
        key: "externalKey",
        existing: customers.existing,
        operations,
      },
      customers.create,
    ),
    resource.export(
      { summary: "Export all customers that the list would show, as CSV", listing },
      customers.export,
    ),
    resource.retrieve({ summary: "Retrieve a customer" }, customers.retrieve),
    resource.replace(
      { summary: "Replace a customer; omitted fields are removed", body: schemas.replaced },
      (id, body, command) => customers.change(id, () => body, command),
    ),
    resource.update(
      {
        summary: "Change some fields of a customer with a JSON merge patch (RFC 7396): null removes",
        body: schemas.patch,
      },
      (id, patch, command) =>
        customers.change(id, (current) => merged(schemas.replaced, writable(current), patch), command),
    ),
    resource.remove(
      { summary: "Delete a prospect or a closed customer; its records are kept" },
      customers.remove,
    ),
  ];
}

/** The part of a customer that a patch can change. */
function writable(current: Customer): object {
  const { id, accountNumber, statusChangedAt, createdAt, updatedAt, version, ...details } = current;
  return details;
}
