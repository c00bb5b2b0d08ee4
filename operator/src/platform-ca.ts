import { type BundleFault, bundleFault } from "../../process/certificate-bundle.ts";
import type { Logger } from "../../process/log.ts";
import { RetryableError } from "./base/errors.ts";
import type { Cluster } from "./kubernetes/apply/cluster.ts";
import { kinds, type ObjectName } from "./kubernetes/objects/kinds.ts";

const key = "ca.crt";

/**
 * Returns the current CA certificates (PEM) for the platform's servers, from the watched ConfigMap `name`. It logs
 * an unusable value once and keeps the last valid one.
 * @throws RetryableError at once if the first value is unusable
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

function certificates(bundle: string | undefined, name: ObjectName): string {
  const fault = bundleFault(bundle ?? "");
  if (bundle === undefined || fault !== undefined) throw unusable(name, fault ?? { found: "none" });
  return bundle;
}

function unusable({ namespace, name }: ObjectName, { found, cause }: BundleFault): RetryableError {
  return new RetryableError(
    "PlatformIncomplete",
    `Expected PEM certificates under ${key} in the ConfigMap ${namespace}/${name}, found ${found}: write the certificates of the ` +
      "platform's CA there, or name another ConfigMap in the operator's configuration.",
    { cause },
  );
}
