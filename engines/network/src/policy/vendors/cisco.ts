import { attribute } from "../../radius/values/build-attribute.ts";
import { fillTemplate, namesSpeed } from "../terms/template.ts";
import { filledServices, servicesNameSpeed } from "./filled-services.ts";
import { directedFilters } from "./filter-ids.ts";
import type { Vendor } from "./vendor.ts";

/**
 * The first octet of Cisco-Command-Code: begin a service, end one. Source: Cisco IOS XE, "Multiservice
 * Activation and Deactivation in a CoA Message", VSA 252 0b and 0c; all in one request succeed or fail.
 */
const [activate, deactivate] = ["\u000b", "\u000c"];

/**
 * Intelligent Services Gateway (ISG) and BNG on IOS XE. Services begin at login by Cisco-Account-Info, `A`
 * and the name; policy maps go by AVPairs, `in` being what comes from the customer.
 */
export const cisco: Vendor = {
  shapings: ["none", "policies", "services"],
  garden: ["services"],
  delegatedPool: "Delegated-IPv6-Prefix-Pool",
  changeable: [
    "Cisco-AVPair ip:sub-qos-policy-in",
    "Cisco-AVPair ip:sub-qos-policy-out",
    "Cisco-Account-Info",
    "Session-Timeout",
    "Idle-Timeout",
  ],
  together: [],
  lacks: [],
  attributes(terms, shaping) {
    const policies = shaping.kind === "policies" ? [shaping.up, shaping.down] : [];
    const [up, down] = policies.map((template) => fillTemplate(template, terms));
    return [
      ...(up === undefined ? [] : [attribute("Cisco-AVPair", `ip:sub-qos-policy-in=${up}`)]),
      ...(down === undefined ? [] : [attribute("Cisco-AVPair", `ip:sub-qos-policy-out=${down}`)]),
      ...filledServices(terms).map((service) => attribute("Cisco-Account-Info", `A${service}`)),
      ...directedFilters(terms.filters),
    ];
  },
  expresses(terms, shaping) {
    const policies = shaping.kind === "policies" && namesSpeed(shaping.up) && namesSpeed(shaping.down);
    return policies || servicesNameSpeed(terms) ? ["speed"] : [];
  },
  services: {
    key: "Cisco-Account-Info",
    change: (ended, begun) => [
      ...ended.map((account) => attribute("Cisco-Command-Code", `${deactivate}${account.slice(1)}`)),
      ...begun.map((account) => attribute("Cisco-Command-Code", `${activate}${account.slice(1)}`)),
    ],
  },
};
