import { attribute } from "../../radius/values/build-attribute.ts";
import type { EffectiveTerms } from "../terms/policy-terms.ts";
import { fillTemplate, namesSpeed } from "../terms/template.ts";
import { commonFilter } from "./filter-ids.ts";
import { rateAttribute } from "./rate-attribute.ts";
import type { Vendor } from "./vendor.ts";

const [input, output] = [
  ["Huawei-Input-Average-Rate", "Huawei-Input-Peak-Rate"],
  ["Huawei-Output-Average-Rate", "Huawei-Output-Peak-Rate"],
] as const;

/**
 * NetEngine and ME60. Input is what comes from the customer; rates are in bit/s, and a peak rate is only
 * understood with its average rate. Source: NetEngine 8000 F, "RADIUS Attributes Defined by Huawei+1.1",
 * attributes 2, 3, 5 and 6; a CoA that changes them in case ETC0001084741 of Huawei's support.
 */
export const huawei: Vendor = {
  shapings: ["none", "rates", "profile"],
  garden: ["url"],
  delegatedPool: "Huawei-Delegated-IPv6-Prefix-Pool",
  changeable: [
    ...input,
    ...output,
    "Huawei-Qos-Profile-Name",
    "Filter-Id",
    "Session-Timeout",
    "Idle-Timeout",
  ],
  together: [input, output],
  lacks: [],
  attributes(terms, shaping) {
    const profile = shaping.kind === "profile" ? fillTemplate(shaping.profile, terms) : undefined;
    return [
      ...(shaping.kind === "rates" ? rates(terms) : []),
      ...(profile === undefined ? [] : [attribute("Huawei-Qos-Profile-Name", profile)]),
      ...commonFilter(terms.filters),
      ...(terms.url === undefined ? [] : [attribute("Huawei-HTTP-Redirect-URL", terms.url)]),
    ];
  },
  expresses(_, shaping) {
    if (shaping.kind === "rates") return ["speed", "burst"];
    return shaping.kind === "profile" && namesSpeed(shaping.profile) ? ["speed"] : [];
  },
};

/** A burst is the peak rate; how long it lasts follows from the burst size that the NAS has. */
function rates({ speed, burst }: EffectiveTerms) {
  if (speed === undefined) return [];
  const peak = burst?.speed ?? speed;
  return [
    rateAttribute(input[0], speed.up),
    rateAttribute(input[1], peak.up),
    rateAttribute(output[0], speed.down),
    rateAttribute(output[1], peak.down),
  ];
}
