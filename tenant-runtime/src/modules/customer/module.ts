import { defineModule } from "../../module/define-module.ts";
import { customerRoutes } from "./api.ts";
import { customerErrors } from "./errors.ts";
import { customerListing } from "./listing.ts";
import { customer } from "./models.ts";
import { createCustomerService } from "./service.ts";

export const customers = defineModule({
  name: "customers",
  permissions: {
    "customers:read": ["admin", "agent"],
    "customers:write": ["admin", "agent"],
    "customers:delete": ["admin"],
  },
  entities: [customer],
  errors: customerErrors,
  open(world) {
    const { encryption, limiter, tenant } = world;
    const { country } = tenant;
    const listing = customerListing({ country, encryption });
    return { customers: createCustomerService(world, listing), listing, limiter, country };
  },
  routes: customerRoutes,
});
