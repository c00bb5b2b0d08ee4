import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TimerClock } from "../../../process/clock.ts";
import { FileFault } from "../../../process/files/file-fault.ts";
import type { Logger } from "../../../process/log.ts";

/** A server's certificate chain and private key, as PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** The kubelet updates a renewed Secret within about a minute. */
const lookAgainAfter = 60_000;

/** Reads `tls.crt` and `tls.key` of a mounted Secret. @throws FileFault when they cannot be used */
export function readCertificate(directory: string): ServerCertificate {
  try {
    const read = (name: string) => readFileSync(join(directory, name), "utf8");
    const pair = { cert: read("tls.crt"), key: read("tls.key") };
    if (new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key))) return pair;
    throw new Error("the key belongs to another certificate");
  } catch (cause) {
    throw new FileFault(
      `${directory} has no usable tls.crt and tls.key (${(cause as Error).message}): mount a Secret of type kubernetes.io/tls there`,
      { cause },
    );
  }
}

/** Calls `changed` with each new pair. It logs a pair that cannot be used and keeps the previous one. */
export function followCertificate(
  directory: string,
  current: ServerCertificate,
  changed: (certificate: ServerCertificate) => void,
  { log, clock }: { log: Logger; clock: TimerClock },
): () => void {
  let known = current;
  let cancel = clock.after(lookAgainAfter, look);
  function look(): void {
    cancel = clock.after(lookAgainAfter, look);
    try {
      const found = readCertificate(directory);
      if (found.cert === known.cert && found.key === known.key) return;
      changed(found);
      known = found;
      log.info("the certificate was renewed");
    } catch (error) {
      log.warn("the renewed certificate cannot be used; the previous one stays", { error });
    }
  }
  return () => cancel();
}
