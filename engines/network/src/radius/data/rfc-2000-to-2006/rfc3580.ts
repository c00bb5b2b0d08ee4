import type { Dictionary } from "../format/dictionary.ts";

/** RFC 3580; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc3580: Dictionary = {
  attributes: [],
  values: {
    "Acct-Terminate-Cause": {
      "Supplicant-Restart": 19,
      "Reauthentication-Failure": 20,
      "Port-Reinit": 21,
      "Port-Disabled": 22,
    },
    "NAS-Port-Type": {
      "Token-Ring": 20,
      FDDI: 21,
    },
    "Tunnel-Type": {
      VLAN: 13,
    },
  },
};
