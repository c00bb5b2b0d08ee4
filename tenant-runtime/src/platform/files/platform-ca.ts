import { X509Certificate } from "node:crypto";
import { dirname } from "node:path";
import type { Log } from "../../../../process/log.ts";
import { FileFault, readText } from "./json-file.ts";
import { type Watched, watchDirectory } from "./watched-file.ts";

/**
 * Follows the PEM certificates that the servers of the platform are verified by, so that a new authority is trusted,
 * and an old one no longer, by every connection made from then on. Throws FileFault as readPlatformCa.
 */
export function openPlatformCa(file: string, log: Log): Watched<string> & { close(): void } {
  return watchDirectory({ directory: dirname(file), name: "ca.crt", read: () => readPlatformCa(file), log });
}

const pemCertificate = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/**
 * Throws FileFault for a file that holds no certificate, or one that cannot be read: for an empty list Node would
 * trust every authority of the web, and a broken one it would leave out without a word.
 */
export function readPlatformCa(file: string): string {
  const text = readText(file);
  const certificates = text.match(pemCertificate) ?? [];
  if (certificates.length === 0) {
    throw new FileFault(`${file}: holds no certificate: write those of the platform's CA as PEM`);
  }
  certificates.forEach((pem, index) => {
    try {
      new X509Certificate(pem);
    } catch (cause) {
      const which = `certificate ${index + 1} of ${certificates.length}`;
      throw new FileFault(`${file}: ${which} cannot be read: write it as PEM`, { cause });
    }
  });
  return text;
}
