import { reportFailure } from "../machine/remedy.ts";
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
  reportFailure(error);
} finally {
  // Ends the watch on the sources.
  stop.abort();
}
