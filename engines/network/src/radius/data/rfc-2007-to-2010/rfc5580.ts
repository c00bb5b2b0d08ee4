import type { Dictionary } from "../format/dictionary.ts";

/** RFC 5580; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc5580: Dictionary = {
  attributes: [
    [126, "Operator-Name", "text"],
    [127, "Location-Information", "octets"],
    [128, "Location-Data", "octets"],
    [129, "Basic-Location-Policy-Rules", "octets"],
    [130, "Extended-Location-Policy-Rules", "text"],
    [131, "Location-Capable", "integer"],
    [132, "Requested-Location-Info", "integer"],
  ],
  values: {
    "Location-Capable": {
      "Civic-Location": 1,
      "Geo-Location": 2,
      "Users-Location": 4,
      "NAS-Location": 8,
    },
    "Requested-Location-Info": {
      "Civic-Location": 1,
      "Geo-Location": 2,
      "Users-Location": 4,
      "NAS-Location": 8,
      "Future-Requests": 16,
      None: 32,
    },
  },
};
