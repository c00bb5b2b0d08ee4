import type { Dictionary } from "../format/dictionary.ts";

/** RFC 2867; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc2867: Dictionary = {
  attributes: [
    [68, "Acct-Tunnel-Connection", "text"],
    [86, "Acct-Tunnel-Packets-Lost", "integer"],
  ],
  values: {
    "Acct-Status-Type": {
      "Tunnel-Start": 9,
      "Tunnel-Stop": 10,
      "Tunnel-Reject": 11,
      "Tunnel-Link-Start": 12,
      "Tunnel-Link-Stop": 13,
      "Tunnel-Link-Reject": 14,
    },
  },
};
