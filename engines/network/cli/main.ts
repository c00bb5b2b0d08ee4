import { start } from "../../base/cli/start.ts";

await start(async () => (await import("./program.ts")).network);
