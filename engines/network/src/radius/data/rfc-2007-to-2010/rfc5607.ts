import type { Dictionary } from "../format/dictionary.ts";

/** RFC 5607; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc5607: Dictionary = {
  attributes: [
    [133, "Framed-Management", "integer"],
    [134, "Management-Transport-Protection", "integer"],
    [135, "Management-Policy-Id", "text"],
    [136, "Management-Privilege-Level", "integer"],
  ],
  values: {
    "Service-Type": {
      "Framed-Management": 18,
    },
    "Framed-Management": {
      SNMP: 1,
      "Web-Based": 2,
      Netconf: 3,
      FTP: 4,
      TFTP: 5,
      SFTP: 6,
      RCP: 7,
      SCP: 8,
    },
    "Management-Transport-Protection": {
      "No-Protection": 1,
      "Integrity-Protection": 2,
      "Integrity-Confidentiality-Protection": 3,
    },
  },
};
