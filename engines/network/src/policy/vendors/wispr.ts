import { attribute } from "../../radius/values/build-attribute.ts";
import type { EffectiveTerms } from "../terms/policy-terms.ts";
import { commonFilter } from "./filter-ids.ts";
import { limited } from "./speeds/limited.ts";
import { rateAttribute } from "./speeds/rate-attribute.ts";
import { toldRates } from "./told.ts";
import type { Vendor } from "./vendor.ts";

/**
 * Hotspot gateways that follow the Wi-Fi Alliance's WISPr attributes: rates in bit/s, up and down from the
 * customer's view. The list of attributes that a CoA may change is CoovaChilli's.
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
  told(attributes) {
    const speed = toldRates(attributes, "WISPr-Bandwidth-Max-Up", "WISPr-Bandwidth-Max-Down");
    const least = toldRates(attributes, "WISPr-Bandwidth-Min-Up", "WISPr-Bandwidth-Min-Down");
    return least.up + least.down === 0 ? limited(speed) : { speed, guaranteed: least };
  },
  expresses: (_, { kind }) => (kind === "rates" ? ["speed", "guaranteed"] : []),
};

function rates({ speed, guaranteed }: EffectiveTerms) {
  return [
    ...rate("WISPr-Bandwidth-Max-Up", "speed", speed?.up),
    ...rate("WISPr-Bandwidth-Max-Down", "speed", speed?.down),
    ...rate("WISPr-Bandwidth-Min-Up", "guaranteed", guaranteed?.up),
    ...rate("WISPr-Bandwidth-Min-Down", "guaranteed", guaranteed?.down),
  ];
}

/** No attribute without a limit or a guaranteed speed. */
const rate = (name: string, term: "speed" | "guaranteed", bits = 0) =>
  bits === 0 ? [] : [rateAttribute(name, bits, term)];
