import { attribute } from "../../radius/values/build-attribute.ts";
import type { EffectiveTerms } from "../terms/policy-terms.ts";
import { commonFilter } from "./filter-ids.ts";
import { rateAttribute } from "./rate-attribute.ts";
import type { Vendor } from "./vendor.ts";

/**
 * Hotspot gateways that follow the Wi-Fi Alliance's WISPr attributes: rates in bit/s, up and down as the
 * customer sees them. What a CoA may change is from CoovaChilli's list of attributes.
 */
export const wispr: Vendor = {
  shapings: ["none", "rates"],
  garden: ["url"],
  delegatedPool: "Delegated-IPv6-Prefix-Pool",
  changeable: [
    "WISPr-Bandwidth-Max-Up",
    "WISPr-Bandwidth-Max-Down",
    "Filter-Id",
    "Session-Timeout",
    "Idle-Timeout",
    "Acct-Interim-Interval",
  ],
  together: [],
  lacks: ["ipv4Pool", "ipv6Prefix", "ipv6Pool", "delegated", "ipv4Routes", "ipv6Routes"],
  attributes: (terms, shaping) => [
    ...(shaping.kind === "rates" ? rates(terms) : []),
    ...commonFilter(terms.filters),
    ...(terms.url === undefined ? [] : [attribute("WISPr-Redirection-URL", terms.url)]),
  ],
  expresses: (_, { kind }) => (kind === "rates" ? ["speed", "guaranteed"] : []),
};

function rates({ speed, guaranteed }: EffectiveTerms) {
  return [
    ...(speed === undefined ? [] : [rateAttribute("WISPr-Bandwidth-Max-Up", speed.up)]),
    ...(speed === undefined ? [] : [rateAttribute("WISPr-Bandwidth-Max-Down", speed.down)]),
    ...(guaranteed === undefined ? [] : [rateAttribute("WISPr-Bandwidth-Min-Up", guaranteed.up)]),
    ...(guaranteed === undefined ? [] : [rateAttribute("WISPr-Bandwidth-Min-Down", guaranteed.down)]),
  ];
}
