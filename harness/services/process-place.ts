import { freePort } from "./free-port.ts";
import type { Place } from "./place.ts";
import { platformFiles } from "./platform-files.ts";
import { serverDirectory, writeFiles } from "./server-directory.ts";
import { startServer } from "./start-server.ts";

/** A place in this machine's own processes; `program` is started with the server's arguments after it. */
export async function processPlace(name: string, ...program: readonly string[]): Promise<Place> {
  const directory = await serverDirectory(name);
  return {
    directory,
    address: "127.0.0.1",
    port: await freePort(),
    platformFiles,
    write: (files) => writeFiles(directory, files),
    reach: async (port) => ({ host: "localhost", port }),
    start: ({ arguments: args, ...options }) =>
      startServer({ ...options, directory, command: [...program, ...args] }),
  };
}
