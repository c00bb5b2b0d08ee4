import type { Dictionary } from "../format/dictionary.ts";

/** RFC 5090; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc5090: Dictionary = {
  attributes: [
    [103, "Digest-Response", "text"],
    [104, "Digest-Realm", "text"],
    [105, "Digest-Nonce", "text"],
    [106, "Digest-Response-Auth", "text"],
    [107, "Digest-Nextnonce", "text"],
    [108, "Digest-Method", "text"],
    [109, "Digest-URI", "text"],
    [110, "Digest-Qop", "text"],
    [111, "Digest-Algorithm", "text"],
    [112, "Digest-Entity-Body-Hash", "text"],
    [113, "Digest-CNonce", "text"],
    [114, "Digest-Nonce-Count", "text"],
    [115, "Digest-Username", "text"],
    [116, "Digest-Opaque", "text"],
    [117, "Digest-Auth-Param", "text"],
    [118, "Digest-AKA-Auts", "text"],
    [119, "Digest-Domain", "text"],
    [120, "Digest-Stale", "text"],
    [121, "Digest-HA1", "text"],
    [122, "SIP-AOR", "text"],
  ],
  values: {},
};
