import { dirname } from "node:path";
import { bundleFault } from "../../../../process/certificate-bundle.ts";
import { FileFault } from "../../../../process/files/file-fault.ts";
import { readText } from "../../../../process/files/read-text.ts";
import type { Log } from "../../../../process/log.ts";
import { type Watched, watchDirectory } from "./watched-file.ts";

/**
 * Follows the PEM certificates that verify the platform's servers. Every later connection trusts a new authority
 * and no longer an old one. Throws FileFault as readPlatformCa.
 */
export function openPlatformCa(file: string, log: Log): Watched<string> & { close(): void } {
  return watchDirectory({ directory: dirname(file), name: "ca.crt", read: () => readPlatformCa(file), log });
}

/** Throws FileFault if the file contains no certificate, or one that cannot be read. */
export function readPlatformCa(file: string): string {
  const text = readText(file);
  const fault = bundleFault(text);
  if (fault === undefined) return text;
  const { found, cause } = fault;
  throw new FileFault(
    `${file}: expected PEM certificates, found ${found}: write those of the platform's CA there`,
    { cause },
  );
}
