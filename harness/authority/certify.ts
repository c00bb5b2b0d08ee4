import type { Authority, KeyPair } from "./authority.ts";

/** The name by which containers know this machine. */
export const hostOfContainers = "host.docker.internal";

/** A certificate for a server of this machine, by every name that tests and other servers call it. */
export function certify(authority: Authority): Promise<KeyPair> {
  return authority.issue({ dnsNames: ["localhost", hostOfContainers], ipAddresses: ["127.0.0.1"] });
}
