import { line, oneOf, someOf } from "../../../module/fields/fields.ts";
import { anyOf, byInstant, defineListing, equal } from "../../../module/table/listing.ts";
import { uuid } from "../../../platform/base/text.ts";
import { deliveryStates } from "./models.ts";
import { deliveriesTable, endpointsTable } from "./table.ts";

export const endpointListing = defineListing(endpointsTable, {
  sorts: { createdAt: byInstant("created_at") },
  initial: "createdAt",
  filters: { enabled: equal("enabled", oneOf(["true", "false"])) },
});

/** Deliveries of one endpoint. The path names it, and not the query. */
export const deliveryListing = defineListing(deliveriesTable, {
  sorts: { createdAt: byInstant("created_at") },
  initial: "-createdAt",
  filters: {
    endpoint: equal("endpoint_id", uuid("write the id of an endpoint")),
    state: anyOf("state", someOf(deliveryStates)),
    eventType: equal("type", line("a type of events", 100)),
  },
});

export type DeliveryQuery = Parameters<(typeof deliveryListing)["page"]>[1];
