import { defineModule } from "../../../src/module/define-module.ts";
import { modules } from "../../../src/modules/list.ts";
import { run } from "../../../src/run/run.ts";
import { probeRoutes } from "./probe-routes.ts";

const probe = defineModule({
  name: "probe",
  permissions: { "probe:never": [] },
  entities: [],
  uses: ["database", "tenant"],
  open: (world) => world,
  routes: probeRoutes,
});

/** The runtime with additional operations whose behaviour a test can control. */
await run([...modules, probe]);
