import { modules } from "../../src/modules/list.ts";
import { run } from "../../src/run/run.ts";
import { nightly } from "./nightly-module.ts";
import { toy } from "./toy-module.ts";

/** The runtime with the toy modules in addition to its own. */
await run([...modules, toy, nightly]);
