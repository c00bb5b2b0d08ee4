import type { Dictionary } from "../format/dictionary.ts";

/** RFC 3576, replaced by RFC 5176; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc3576: Dictionary = {
  attributes: [[101, "Error-Cause", "integer"]],
  values: {
    "Service-Type": {
      "Authorize-Only": 17,
    },
    "Error-Cause": {
      "Residual-Context-Removed": 201,
      "Invalid-EAP-Packet": 202,
      "Unsupported-Attribute": 401,
      "Missing-Attribute": 402,
      "NAS-Identification-Mismatch": 403,
      "Invalid-Request": 404,
      "Unsupported-Service": 405,
      "Unsupported-Extension": 406,
      "Administratively-Prohibited": 501,
      "Proxy-Request-Not-Routable": 502,
      "Session-Context-Not-Found": 503,
      "Session-Context-Not-Removable": 504,
      "Proxy-Processing-Error": 505,
      "Resources-Unavailable": 506,
      "Request-Initiated": 507,
    },
  },
};
