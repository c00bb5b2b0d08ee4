import type { Dictionary } from "../format/dictionary.ts";

/** RFC 4675; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc4675: Dictionary = {
  attributes: [
    [56, "Egress-VLANID", "integer"],
    [57, "Ingress-Filters", "integer"],
    [58, "Egress-VLAN-Name", "text"],
    [59, "User-Priority-Table", "octets"],
  ],
  values: {
    "Ingress-Filters": {
      Enabled: 1,
      Disabled: 2,
    },
  },
};
