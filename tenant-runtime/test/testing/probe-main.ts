import { run } from "../../src/lifecycle/run.ts";
import { prepare } from "../../src/modules/prepare.ts";
import { routes } from "../../src/modules/routes.ts";
import { probeRoutes } from "./probe-routes.ts";

/** The runtime with operations beside its own whose behaviour a test can steer. */
await run({ prepare, routes: (world) => [...routes(world), ...probeRoutes(world)] });
