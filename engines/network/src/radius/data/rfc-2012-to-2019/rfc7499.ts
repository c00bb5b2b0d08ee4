import type { Dictionary } from "../format/dictionary.ts";

/** RFC 7499; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc7499: Dictionary = {
  attributes: [
    ["241.1", "Frag-Status", "integer"],
    ["241.2", "Proxy-State-Length", "integer"],
  ],
  values: {
    "Frag-Status": {
      Reserved: 0,
      "Fragmentation-Supported": 1,
      "More-Data-Pending": 2,
      "More-Data-Request": 3,
    },
  },
};
