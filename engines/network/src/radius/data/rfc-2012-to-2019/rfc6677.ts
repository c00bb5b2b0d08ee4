import type { Dictionary } from "../format/dictionary.ts";

/** RFC 6677; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc6677: Dictionary = {
  attributes: [[163, "EAP-Lower-Layer", "integer"]],
  values: {
    "EAP-Lower-Layer": {
      "Wired-IEEE-802.1X": 1,
      "IEEE-802.1X-No-Preauth": 2,
      "IEEE-802.1X-Preauth": 3,
      "IEEE-802.16e": 4,
      IKEv2: 5,
      PPP: 6,
      "PANA-No-Preauth": 7,
      "GSS-API": 8,
      "PANA-Preauth": 9,
    },
  },
};
