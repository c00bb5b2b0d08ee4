import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { FileFault } from "../../../../process/files/file-fault.ts";
import { readText } from "../../../../process/files/read-text.ts";
import type { Log } from "../../../../process/log.ts";
import { type Watched, watchDirectory } from "./watched-file.ts";

/** A server's certificate chain and key, PEM. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
}

/** Follows the mounted certificate. Throws FileFault if it cannot be used. */
export function openServerTls(directory: string, log: Log): Watched<ServerTls> & { close(): void } {
  return watchDirectory({ directory, name: "tls.crt", read: () => readServerTls(directory), log });
}

function readServerTls(directory: string): ServerTls {
  const pair = { cert: readText(join(directory, "tls.crt")), key: readText(join(directory, "tls.key")) };
  try {
    createSecureContext(pair);
  } catch (cause) {
    const what = "tls.crt and tls.key are not a certificate and its key: write both as PEM";
    throw new FileFault(`${directory}: ${what} (${(cause as Error).message})`, { cause });
  }
  return pair;
}
