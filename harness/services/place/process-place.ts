import { freePort } from "../network/free-port.ts";
import { serverDirectory, writeFiles } from "../process/server-directory.ts";
import { startServer } from "../process/start-server.ts";
import type { Place } from "./place.ts";
import { platformFiles } from "./platform-files.ts";

/** What a place in this machine's own processes is made of. */
export interface ProcessKind {
  readonly name: string;
  /** Started with the server's arguments after it. */
  readonly program: readonly string[];
  /** The folder that keeps the server's directory when the server has ended. Absent: the directory is removed. */
  readonly keptIn?: string | undefined;
}

/** A place in this machine's own processes. */
export async function processPlace({ name, program, keptIn }: ProcessKind): Promise<Place> {
  const directory = await serverDirectory(name, keptIn);
  return {
    directory,
    address: "127.0.0.1",
    port: await freePort(),
    platformFiles,
    write: (files) => writeFiles(directory, files),
    reach: async (port) => ({ host: "localhost", port }),
    start: ({ arguments: args, ...options }) =>
      startServer({ ...options, directory, keep: keptIn !== undefined, command: [...program, ...args] }),
  };
}
