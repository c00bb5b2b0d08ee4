import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 5176 section 3.6. */
export const rfc5176: Dictionary = {
  attributes: [],
  values: {
    "Error-Cause": {
      "Invalid-Attribute-Value": 407,
      "Multiple-Session-Selection-Unsupported": 508,
    },
  },
};
