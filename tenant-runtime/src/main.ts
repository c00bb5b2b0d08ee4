import { prepare } from "./modules/prepare.ts";
import { routes } from "./modules/routes.ts";
import { run } from "./run/run.ts";

await run({ routes, prepare });
