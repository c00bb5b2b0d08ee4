/** How a server is started, wherever it runs. */
export interface ServerStart {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stopSignal?: "TERM" | "INT" | "KILL";
  /** Resolves once the server answers; rejects with the reason while it does not yet. */
  ready(): Promise<unknown>;
}

/** A running server; disposing it stops it and removes its directory. */
export interface Server extends AsyncDisposable {
  readonly directory: string;
  /** Everything the server has printed. */
  log(): Promise<string>;
}
