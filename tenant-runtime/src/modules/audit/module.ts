import { defineModule } from "../../module/define-module.ts";
import { auditRoutes } from "./api.ts";
import { AuditTrail } from "./audit-trail.ts";

export const audit = defineModule({
  name: "audit",
  permissions: { "audit:read": ["admin"] },
  entities: [],
  uses: ["database", "clock"],
  open: ({ database, clock }) => ({ trail: new AuditTrail(database), clock }),
  routes: auditRoutes,
});
