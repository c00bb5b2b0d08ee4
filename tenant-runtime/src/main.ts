import { run } from "./lifecycle/run.ts";
import { prepare } from "./modules/prepare.ts";
import { routes } from "./modules/routes.ts";

await run({ routes, prepare });
