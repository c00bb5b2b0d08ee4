import type { Authority, KeyPair } from "./authority.ts";

/** The name of this machine inside containers. */
export const hostOfContainers = "host.docker.internal";

/** A certificate for a server on this machine, with every name that tests and other servers use for it. */
export function certify(authority: Authority): Promise<KeyPair> {
  return authority.issue({ dnsNames: ["localhost", hostOfContainers], ipAddresses: ["127.0.0.1"] });
}
