import type { Dictionary } from "../format/dictionary.ts";

/** RFC 2869; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc2869: Dictionary = {
  attributes: [
    [52, "Acct-Input-Gigawords", "integer"],
    [53, "Acct-Output-Gigawords", "integer"],
    [55, "Event-Timestamp", "date"],
    [70, "ARAP-Password", "octets", { length: 16 }],
    [71, "ARAP-Features", "octets", { length: 14 }],
    [72, "ARAP-Zone-Access", "integer"],
    [73, "ARAP-Security", "integer"],
    [74, "ARAP-Security-Data", "text"],
    [75, "Password-Retry", "integer"],
    [76, "Prompt", "integer"],
    [77, "Connect-Info", "text"],
    [78, "Configuration-Token", "text"],
    [79, "EAP-Message", "octets", { joined: true }],
    [80, "Message-Authenticator", "octets"],
    [84, "ARAP-Challenge-Response", "octets", { length: 8 }],
    [85, "Acct-Interim-Interval", "integer"],
    [87, "NAS-Port-Id", "text"],
    [88, "Framed-Pool", "text"],
  ],
  values: {
    "ARAP-Zone-Access": {
      "Default-Zone": 1,
      "Zone-Filter-Inclusive": 2,
      "Zone-Filter-Exclusive": 4,
    },
    Prompt: {
      "No-Echo": 0,
      Echo: 1,
    },
  },
};
