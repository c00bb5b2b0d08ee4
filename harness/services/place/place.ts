import type { Server, ServerStart } from "../process/server.ts";

/** A port of this machine, with the address that a server reaches it by. */
export interface Peer {
  readonly host: string;
  readonly port: number;
}

/** The environment of one server: values for its configuration, and its start. */
export interface Place {
  /** The server's own directory, by its path inside of the place. */
  readonly directory: string;
  /** The address to listen on, so that the port answers at `localhost`. */
  readonly address: string;
  readonly port: number;
  /** The platform chart's `files`, by their path inside of the place. */
  readonly platformFiles: string;
  /** Writes files (relative path → content) into the server's directory before its start. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** The address for the started server to reach a listener on this loopback port. */
  reach(port: number): Promise<Peer>;
  /** Starts the server's program with these arguments. Resolves when it is ready. */
  start(options: ServerStart): Promise<Server>;
}
