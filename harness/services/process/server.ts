/** The start of a server, as a process or in a container. */
export interface ServerStart {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stopSignal?: "TERM" | "INT" | "KILL";
  /** Resolves when the server answers. Rejects with the reason while it does not. */
  ready(): Promise<unknown>;
}

/** A running server. Disposing stops it and removes its directory. */
export interface Server extends AsyncDisposable {
  readonly directory: string;
  /** The complete output of the server. */
  log(): Promise<string>;
}
