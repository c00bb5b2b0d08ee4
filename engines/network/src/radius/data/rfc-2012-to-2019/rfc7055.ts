import type { Dictionary } from "../format/dictionary.ts";

/** RFC 7055; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc7055: Dictionary = {
  attributes: [
    [164, "GSS-Acceptor-Service-Name", "text"],
    [165, "GSS-Acceptor-Host-Name", "text"],
    [166, "GSS-Acceptor-Service-Specifics", "text"],
    [167, "GSS-Acceptor-Realm-Name", "text"],
  ],
  values: {},
};
