import type { Dictionary } from "../format/dictionary.ts";

/** RFC 3162; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc3162: Dictionary = {
  attributes: [
    [95, "NAS-IPv6-Address", "ipv6"],
    [96, "Framed-Interface-Id", "interface-id"],
    [97, "Framed-IPv6-Prefix", "ipv6-prefix"],
    [98, "Login-IPv6-Host", "ipv6"],
    [99, "Framed-IPv6-Route", "text"],
    [100, "Framed-IPv6-Pool", "text"],
  ],
  values: {},
};
