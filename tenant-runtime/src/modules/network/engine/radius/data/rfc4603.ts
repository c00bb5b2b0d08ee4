import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 4603 section 2. */
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
