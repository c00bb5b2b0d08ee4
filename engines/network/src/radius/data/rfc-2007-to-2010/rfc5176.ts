import type { Dictionary } from "../format/dictionary.ts";

/** RFC 5176; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc5176: Dictionary = {
  attributes: [],
  values: {
    "Error-Cause": {
      "Invalid-Attribute-Value": 407,
      "Multiple-Session-Selection-Unsupported": 508,
    },
  },
};
