import type { Route } from "../../http/route/route.ts";
import { merged } from "../../module/fields/merged.ts";
import { countAgainst } from "../../module/resource/count-against.ts";
import { resourceRoutes } from "../../module/resource/resource-routes.ts";
import type { Limiter } from "../../platform/limits/limiter.ts";
import type { CustomerListing } from "./listing.ts";
import { type Customer, customer } from "./models.ts";
import { customerAttributes, customerSchemas } from "./schemas.ts";
import type { CustomerService } from "./service.ts";

const resource = resourceRoutes({
  entity: customer,
  one: "a customer",
  many: "customers",
  attributes: customerAttributes,
  permissions: { read: "customers:read", write: "customers:write", delete: "customers:delete" },
  licensed: "customers",
});

/** The operations on customers. */
export function customerRoutes({
  customers,
  listing,
  limiter,
  country,
}: {
  readonly customers: CustomerService;
  readonly listing: CustomerListing;
  readonly limiter: Limiter;
  readonly country: string;
}): Route[] {
  const schemas = customerSchemas(country);
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
      { summary: "Create up to 100 customers; tells what became of each", body: schemas.created },
      customers.create,
    ),
    resource.retrieve({ summary: "Retrieve a customer" }, customers.retrieve),
    resource.replace(
      { summary: "Replace a customer: what is left out is removed", body: schemas.replaced },
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
