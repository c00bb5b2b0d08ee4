import type { Dictionary } from "../format/dictionary.ts";

/** RFC 7268; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc7268: Dictionary = {
  attributes: [
    [174, "Allowed-Called-Station-Id", "text"],
    [175, "EAP-Peer-Id", "octets"],
    [176, "EAP-Server-Id", "octets"],
    [177, "Mobility-Domain-Id", "integer"],
    [178, "Preauth-Timeout", "integer"],
    [179, "Network-Id-Name", "octets"],
    [180, "EAPoL-Announcement", "octets", { joined: true }],
    [181, "WLAN-HESSID", "text"],
    [182, "WLAN-Venue-Info", "integer"],
    [183, "WLAN-Venue-Language", "octets", { length: 3 }],
    [184, "WLAN-Venue-Name", "text"],
    [185, "WLAN-Reason-Code", "integer"],
    [186, "WLAN-Pairwise-Cipher", "integer"],
    [187, "WLAN-Group-Cipher", "integer"],
    [188, "WLAN-AKM-Suite", "integer"],
    [189, "WLAN-Group-Mgmt-Cipher", "integer"],
    [190, "WLAN-RF-Band", "integer"],
  ],
  values: {},
};
