import { defineModule } from "../../module/define-module.ts";
import { customerRoutes } from "./api.ts";
import { customerErrors } from "./errors.ts";
import { customerListing } from "./listing.ts";
import { customerOffers } from "./offers.ts";
import { customerSchemas } from "./schemas.ts";
import { createCustomerService } from "./service.ts";
import { customer } from "./store/models.ts";

export const customers = defineModule({
  name: "customers",
  permissions: {
    "customers:read": ["admin", "agent"],
    "customers:write": ["admin", "agent"],
    "customers:delete": ["admin"],
  },
  entities: [customer],
  errors: customerErrors,
  uses: ["database", "cache", "clock", "encryption", "recorder", "limiter", "operations", "tenant"],
  open(world) {
    const { clock, encryption, limiter, operations, tenant } = world;
    const listing = customerListing({ country: tenant.country, encryption });
    const schemas = customerSchemas(tenant, clock);
    return { customers: createCustomerService(world, listing), listing, limiter, schemas, operations };
  },
  offers: () => customerOffers,
  routes: customerRoutes,
});
