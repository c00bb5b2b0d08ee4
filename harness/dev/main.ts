import { remedyFor } from "../machine/remedy.ts";
import { readDevOptions, requireDataFolder, requirePort } from "./options.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());

try {
  const options = readDevOptions(process.env);
  await requirePort(options.port);
  if (options.data !== undefined) await requireDataFolder(options.data);
  // Loaded after these checks, so that errors appear at once.
  const { dev } = await import("./dev.ts");
  await dev(options, console.log, stop.signal);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`\n${[message, remedyFor(error)].filter(Boolean).join("\n")}`);
  if (process.env.DEBUG) console.error(error);
  process.exitCode = 1;
} finally {
  // Ends the watch on the sources.
  stop.abort();
}
