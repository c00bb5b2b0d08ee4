import { join } from "node:path";

/** For `startRuntime`: the runtime with the probe operations. */
export const probeMain = join(import.meta.dirname, "probe-main.ts");
