import type { Server, ServerStart } from "../process/server.ts";

/** A port of this machine as a server reaches it. */
export interface Peer {
  readonly host: string;
  readonly port: number;
}

/** Where one server runs: what its configuration must say, and how it is started there. */
export interface Place {
  /** The server's own directory, as the server sees it. */
  readonly directory: string;
  /** The address to listen on, so that the port answers at `localhost`. */
  readonly address: string;
  readonly port: number;
  /** The platform chart's `files`, as the server sees them. */
  readonly platformFiles: string;
  /** Puts files (relative path → content) into the server's directory, before it starts. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Where the server, once started, reaches what listens on this loopback port. */
  reach(port: number): Promise<Peer>;
  /** Starts the server's program with these arguments, and resolves once it is ready. */
  start(options: ServerStart): Promise<Server>;
}
