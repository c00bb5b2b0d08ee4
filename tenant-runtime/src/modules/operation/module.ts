import { defineModule } from "../../module/define-module.ts";
import { defineEntity } from "../../module/entity.ts";
import { does } from "../../module/work.ts";
import { operationErrors } from "../../platform/operations/operation.ts";
import { operationReports } from "../../platform/operations/operation-events.ts";
import { expiryJob, removeOld } from "../../platform/operations/operations.ts";
import { operationRoutes } from "./api.ts";

const operation = defineEntity({
  type: "operation",
  topic: { name: "operations", read: "operations:manage", owned: true },
  reports: operationReports,
  audited: ["started", "cancelled"],
});

export const operations = defineModule({
  name: "operations",
  permissions: { "operations:manage": ["admin"] },
  entities: [operation],
  errors: operationErrors,
  uses: ["operations", "roles"],
  open: ({ operations, roles }) => ({ operations, permits: roles.permits }),
  routes: operationRoutes,
  jobs: [does(expiryJob, (_services, transaction, input) => removeOld(transaction, input))],
});
