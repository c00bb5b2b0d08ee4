import { modules } from "./modules/list.ts";
import { run } from "./run/run.ts";

await run(modules);
