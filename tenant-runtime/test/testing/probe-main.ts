import { prepare } from "../../src/modules/prepare.ts";
import { routes } from "../../src/modules/routes.ts";
import { run } from "../../src/run/run.ts";
import { probeRoutes } from "./probe-routes.ts";

/** The runtime with operations beside its own whose behaviour a test can steer. */
await run({ prepare, routes: (world) => [...routes(world), ...probeRoutes(world)] });
