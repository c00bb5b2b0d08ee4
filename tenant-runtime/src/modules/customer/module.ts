import { defineModule } from "../../module/define-module.ts";
import { customerRoutes } from "./api.ts";
import { customerErrors } from "./errors.ts";
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
  open: (world) => ({
    customers: createCustomerService({ ...world, country: world.tenant.country }),
    limiter: world.limiter,
    country: world.tenant.country,
  }),
  routes: customerRoutes,
});
