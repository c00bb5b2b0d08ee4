import { freePort } from "../network/free-port.ts";
import { serverDirectory, writeFiles } from "../process/server-directory.ts";
import { startServer } from "../process/start-server.ts";
import type { Place } from "./place.ts";
import { platformFiles } from "./platform-files.ts";

/** The properties of a server that runs as a process. */
export interface ProcessKind {
  readonly name: string;
  /** The server's arguments follow it. */
  readonly program: readonly string[];
  /** The folder that keeps the server's directory after its end. Absent: the directory is removed. */
  readonly keptIn?: string | undefined;
}

/** A place for a process on this machine. */
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
