import { modules } from "../../src/modules/list.ts";
import { run } from "../../src/run/run.ts";
import { toy } from "./toy-module.ts";

/** The runtime with the toy module in addition to its own. */
await run([...modules, toy]);
