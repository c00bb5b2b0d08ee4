import { defineModule } from "../../module/define-module.ts";
import { defineEntity } from "../../module/entity.ts";
import { jobErrors } from "../../platform/jobs/shown-jobs.ts";
import { jobRoutes } from "./api.ts";

const job = defineEntity({ type: "job", audited: ["repeated", "dropped"] });

export const jobs = defineModule({
  name: "jobs",
  permissions: { "jobs:manage": ["admin"] },
  entities: [job],
  errors: jobErrors,
  uses: ["jobs"],
  open: ({ jobs }) => jobs,
  routes: jobRoutes,
});
