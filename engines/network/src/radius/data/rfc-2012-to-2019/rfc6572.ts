import type { Dictionary } from "../format/dictionary.ts";

/** RFC 6572; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc6572: Dictionary = {
  attributes: [
    [145, "Mobile-Node-Identifier", "octets"],
    [146, "Service-Selection", "text"],
    [147, "PMIP6-Home-LMA-IPv6-Address", "ipv6"],
    [148, "PMIP6-Visited-LMA-IPv6-Address", "ipv6"],
    [149, "PMIP6-Home-LMA-IPv4-Address", "ipv4"],
    [150, "PMIP6-Visited-LMA-IPv4-Address", "ipv4"],
    [151, "PMIP6-Home-HN-Prefix", "ipv6-prefix"],
    [152, "PMIP6-Visited-HN-Prefix", "ipv6-prefix"],
    [153, "PMIP6-Home-Interface-ID", "interface-id"],
    [154, "PMIP6-Visited-Interface-ID", "interface-id"],
    [155, "PMIP6-Home-IPv4-HoA", "ipv4-prefix"],
    [156, "PMIP6-Visited-IPv4-HoA", "ipv4-prefix"],
    [157, "PMIP6-Home-DHCP4-Server-Address", "ipv4"],
    [158, "PMIP6-Visited-DHCP4-Server-Address", "ipv4"],
    [159, "PMIP6-Home-DHCP6-Server-Address", "ipv6"],
    [160, "PMIP6-Visited-DHCP6-Server-Address", "ipv6"],
    [161, "PMIP6-Home-IPv4-Gateway", "ipv4"],
    [162, "PMIP6-Visited-IPv4-Gateway", "ipv4"],
  ],
  values: {},
};
