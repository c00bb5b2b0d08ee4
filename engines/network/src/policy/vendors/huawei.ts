import type { Attribute } from "../../radius/attributes/attribute.ts";
import { attribute } from "../../radius/values/build-attribute.ts";
import { policyFault } from "../terms/policy-fault.ts";
import type { EffectiveTerms, RateTerms } from "../terms/policy-terms.ts";
import { type Direction, directions, type Speed } from "../terms/speed.ts";
import { fillTemplate, namesSpeed } from "../terms/template.ts";
import { commonFilter } from "./filter-ids.ts";
import { limited } from "./speeds/limited.ts";
import { rateAttribute } from "./speeds/rate-attribute.ts";
import { toldSpeed } from "./speeds/told-speed.ts";
import { toldRates, toldTexts } from "./told.ts";
import type { Vendor } from "./vendor.ts";

const [input, output] = [
  ["Huawei-Input-Average-Rate", "Huawei-Input-Peak-Rate"],
  ["Huawei-Output-Average-Rate", "Huawei-Output-Peak-Rate"],
] as const;

/**
 * NetEngine and ME60. Input is traffic from the customer; rates are in bit/s, and a peak rate needs its average
 * rate. Source: NetEngine 8000 F, "RADIUS Attributes Defined by Huawei+1.1", attributes 2, 3, 5 and 6; a CoA that
 * changes them in case ETC0001084741 of Huawei's support.
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
  told(attributes, shaping) {
    if (shaping.kind === "rates") return toldAverages(attributes);
    const names = toldTexts(attributes, "Huawei-Qos-Profile-Name");
    return limited(toldSpeed(shaping.kind === "profile" ? [shaping.profile] : [], names));
  },
  expresses({ speed }, shaping) {
    if (shaping.kind === "rates") return ["speed", "burst"];
    return shaping.kind === "profile" && namesSpeed(shaping.profile, speed) ? ["speed"] : [];
  },
};

/** A burst is the peak rate. Its duration follows from the burst size on the NAS. */
function rates({ speed, burst }: EffectiveTerms) {
  return [...rate(input, speed?.up, burst?.speed.up), ...rate(output, speed?.down, burst?.speed.down)];
}

/** A burst gets the rates as its thresholds and one second, which are the defaults of RouterOS. */
function toldAverages(attributes: readonly Attribute[]): RateTerms {
  const speed = toldRates(attributes, input[0], output[0]);
  const peak = toldRates(attributes, input[1], output[1]);
  const bursts = (way: Direction) => peak[way] > 0 && peak[way] !== speed[way];
  for (const [way, [average, most]] of [
    ["up", input],
    ["down", output],
  ] as const) {
    if (peak[way] === 0 || speed[way] > 0) continue;
    throw policyFault(`${average} beside ${most}`, "the second alone", "write the average rate too");
  }
  if (!directions.some(bursts)) return limited(speed);
  const where = (given: Speed): Speed => ({
    up: bursts("up") ? given.up : 0,
    down: bursts("down") ? given.down : 0,
  });
  return {
    speed,
    burst: { speed: where(peak), threshold: where(speed), seconds: where({ up: 1, down: 1 }) },
  };
}

/** No attribute for a direction without a limit, because the documents define no number for it. */
function rate([average, peak]: typeof input | typeof output, sustained = 0, burst = 0) {
  if (sustained === 0) return [];
  return [
    rateAttribute(average, sustained, "speed"),
    rateAttribute(peak, burst || sustained, burst > 0 ? "burst" : "speed"),
  ];
}
