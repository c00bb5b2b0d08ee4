import type { Attribute } from "../../radius/attributes/attribute.ts";
import { attribute } from "../../radius/values/build-attribute.ts";
import { policyFault } from "../terms/policy-fault.ts";
import { filledServices, servicesNameSpeed } from "./filled-services.ts";
import { directedFilters } from "./filter-ids.ts";
import { namedPolicies, policiesNameSpeed, toldPolicies } from "./named-policies.ts";
import { limited } from "./speeds/limited.ts";
import { toldSpeed } from "./speeds/told-speed.ts";
import { toldTexts } from "./told.ts";
import type { Vendor } from "./vendor.ts";

/**
 * The first octet of Cisco-Command-Code: begin a service, end one. Source: Cisco IOS XE, "Multiservice Activation
 * and Deactivation in a CoA Message", VSA 252 0b and 0c; all in one request succeed or all fail.
 */
const [activate, deactivate] = ["\u000b", "\u000c"];

const avPair = "Cisco-AVPair";

/**
 * Intelligent Services Gateway (ISG) and BNG on IOS XE. Cisco-Account-Info, `A` and the name, begins a service at
 * login. AVPairs carry policy maps; `in` is traffic from the customer.
 */
export const cisco: Vendor = {
  shapings: ["none", "policies", "services"],
  /** IOS had this pair before Framed-Pool existed. */
  ipv4Pool: (pool) => attribute(avPair, `ip:addr-pool=${pool}`),
  /** ISG finds a session by `S` and its address ("ISG RADIUS CoA Interface"). */
  sessionAddress: (address) => attribute("Cisco-Account-Info", `S${address}`),
  /** Cisco-AVPair combines many attributes in one: a CoA replaces all pairs of a name. */
  changeKey: ({ name, value }) => (name === avPair ? `${name} ${String(value).split("=", 1)}` : undefined),
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
    const { up, down } = namedPolicies(terms, shaping);
    return [
      ...(up === undefined ? [] : [attribute(avPair, `ip:sub-qos-policy-in=${up}`)]),
      ...(down === undefined ? [] : [attribute(avPair, `ip:sub-qos-policy-out=${down}`)]),
      ...filledServices(terms).map((service) => attribute("Cisco-Account-Info", `A${service}`)),
      ...directedFilters(terms.filters),
    ];
  },
  told(attributes, shaping) {
    if (shaping.kind === "services") {
      const accounts = toldTexts(attributes, "Cisco-Account-Info").filter((info) => info.startsWith("A"));
      return limited(
        toldSpeed(
          shaping.services,
          accounts.map((info) => info.slice(1)),
        ),
      );
    }
    const policy = (way: "in" | "out") => toldPair(attributes, `ip:sub-qos-policy-${way}`);
    return limited(toldPolicies(shaping, { up: policy("in"), down: policy("out") }));
  },
  expresses: (terms, shaping) =>
    policiesNameSpeed(terms, shaping) || servicesNameSpeed(terms) ? ["speed"] : [],
  services: {
    key: "Cisco-Account-Info",
    change: (ended, begun) => [
      ...ended.map((account) => attribute("Cisco-Command-Code", `${deactivate}${account.slice(1)}`)),
      ...begun.map((account) => attribute("Cisco-Command-Code", `${activate}${account.slice(1)}`)),
    ],
  },
};

/** The value of a pair of Cisco-AVPair. */
function toldPair(attributes: readonly Attribute[], name: string): string | undefined {
  const pairs = toldTexts(attributes, avPair).filter((pair) => pair.startsWith(`${name}=`));
  const [first, second] = pairs;
  if (second === undefined) return first?.slice(name.length + 1);
  throw policyFault(`${name} once`, `${first} and ${second}`, "leave one of them out");
}
