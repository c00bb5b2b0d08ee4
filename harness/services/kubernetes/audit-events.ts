import { readFile } from "node:fs/promises";

/** The part of `audit.k8s.io/v1` Event that tests use. */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly responseStatus?: { readonly code: number };
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
    readonly subresource?: string;
  };
}

/** Reads an API server's audit log, oldest first. A log that does not exist yet has no events. */
export async function readAuditEvents(path: string): Promise<AuditEvent[]> {
  const log = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  // The last line may be incomplete.
  const complete = log.slice(0, log.lastIndexOf("\n") + 1);
  return complete
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
