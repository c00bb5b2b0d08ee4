import { attribute } from "../../radius/values/build-attribute.ts";
import { directedFilters } from "./filter-ids.ts";
import { rateLimit } from "./rate-limit.ts";
import type { Vendor } from "./vendor.ts";

/**
 * RouterOS. Its documentation (RADIUS, "Change of Authorization") lists what a CoA may change; address, pool
 * and routes are not among them, and neither is Mikrotik-Address-List.
 */
export const mikrotik: Vendor = {
  shapings: ["none", "rates"],
  garden: ["addressLists", "url"],
  delegatedPool: "Mikrotik-Delegated-IPv6-Pool",
  changeable: ["Mikrotik-Rate-Limit", "Filter-Id", "Session-Timeout", "Idle-Timeout"],
  together: [],
  lacks: ["ipv6Pool", "ipv6Routes"],
  attributes(terms, shaping) {
    const limit = shaping.kind === "rates" ? rateLimit(terms) : undefined;
    return [
      ...(limit === undefined ? [] : [attribute("Mikrotik-Rate-Limit", limit)]),
      ...terms.addressLists.map((list) => attribute("Mikrotik-Address-List", list)),
      ...directedFilters(terms.filters),
      ...(terms.url === undefined ? [] : [attribute("WISPr-Redirection-URL", terms.url)]),
    ];
  },
  expresses: (_, { kind }) =>
    kind === "rates" ? ["speed", "burst", "guaranteed", "priority", "addressLists"] : ["addressLists"],
};
