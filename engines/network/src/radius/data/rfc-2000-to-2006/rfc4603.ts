import type { Dictionary } from "../format/dictionary.ts";

/** RFC 4603; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc4603: Dictionary = {
  attributes: [],
  values: {
    "NAS-Port-Type": {
      PPPoA: 30,
      PPPoEoA: 31,
      PPPoEoE: 32,
      PPPoEoVLAN: 33,
      PPPoEoQinQ: 34,
    },
  },
};
