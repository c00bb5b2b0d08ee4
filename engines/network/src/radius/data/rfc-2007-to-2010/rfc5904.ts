import type { Dictionary } from "../format/dictionary.ts";

/** RFC 5904; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc5904: Dictionary = {
  attributes: [
    [137, "PKM-SS-Cert", "octets", { joined: true }],
    [138, "PKM-CA-Cert", "octets", { joined: true }],
    [139, "PKM-Config-Settings", "octets"],
    [140, "PKM-Cryptosuite-List", "octets"],
    [141, "PKM-SAID", "short"],
    [142, "PKM-SA-Descriptor", "octets"],
    [143, "PKM-Auth-Key", "octets"],
  ],
  values: {},
};
