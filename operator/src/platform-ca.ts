import { X509Certificate } from "node:crypto";
import type { Logger } from "../../process/log.ts";
import { RetryableError } from "./base/errors.ts";
import type { Cluster } from "./kubernetes/apply/cluster.ts";
import { kinds, type ObjectName } from "./kubernetes/objects/kinds.ts";

const key = "ca.crt";
const pemCertificate = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/**
 * The PEM certificates that the platform's servers are verified by, as the watched ConfigMap `name` has them at each
 * call. What cannot be used is logged once, and what was good before stays.
 * @throws RetryableError at once when there is nothing good to begin with
 */
export function followPlatformCa(
  cluster: Pick<Cluster, "read">,
  name: ObjectName,
  log: Logger,
): () => string {
  const read = () => cluster.read(kinds.configMap, name)?.data?.[key];
  let seen = read();
  let good = certificates(seen, name);
  return () => {
    const found = read();
    if (found === seen) return good;
    seen = found;
    try {
      good = certificates(found, name);
      log.info("the platform's CA has changed");
    } catch (error) {
      log.warn("the platform's CA cannot be used, and the last good one stays", { error });
    }
    return good;
  };
}

/** For an empty list Node would trust every authority of the web, and a broken one it would leave out without a word. */
function certificates(bundle: string | undefined, name: ObjectName): string {
  const found = bundle?.match(pemCertificate) ?? [];
  if (bundle === undefined || found.length === 0) throw unusable(name, "none");
  found.forEach((pem, index) => {
    try {
      new X509Certificate(pem);
    } catch (cause) {
      throw unusable(name, `that number ${index + 1} of ${found.length} cannot be read`, cause);
    }
  });
  return bundle;
}

function unusable({ namespace, name }: ObjectName, found: string, cause?: unknown): RetryableError {
  return new RetryableError(
    "PlatformIncomplete",
    `Expected PEM certificates under ${key} in the ConfigMap ${namespace}/${name}, found ${found}: write those of the ` +
      "platform's CA there, or name another ConfigMap in the operator's configuration.",
    { cause },
  );
}
