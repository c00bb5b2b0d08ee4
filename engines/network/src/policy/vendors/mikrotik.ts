import { attribute } from "../../radius/values/build-attribute.ts";
import { directedFilters } from "./filter-ids.ts";
import { parseRateLimit } from "./speeds/parse-rate-limit.ts";
import { rateLimit } from "./speeds/rate-limit.ts";
import { toldText } from "./told.ts";
import type { Vendor } from "./vendor.ts";

/**
 * RouterOS. Its documentation (RADIUS, "Change of Authorization") lists the attributes that a CoA may change.
 * Address, pool, routes and Mikrotik-Address-List are not among them.
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
  told(attributes) {
    const limit = toldText(attributes, "Mikrotik-Rate-Limit");
    return limit === undefined ? {} : parseRateLimit(limit);
  },
  expresses: (_, { kind }) =>
    kind === "rates" ? ["speed", "burst", "guaranteed", "priority", "addressLists"] : ["addressLists"],
};
