import { attribute } from "../../radius/values/build-attribute.ts";
import type { EffectiveTerms } from "../terms/policy-terms.ts";
import type { Shaping } from "../terms/shaping.ts";
import { filledServices, servicesNameSpeed } from "./filled-services.ts";
import { namedPolicies, policiesNameSpeed, toldPolicies } from "./named-policies.ts";
import { limited } from "./speeds/limited.ts";
import { toldSpeed } from "./speeds/told-speed.ts";
import { toldText, toldTexts } from "./told.ts";
import type { Vendor } from "./vendor.ts";

const [ingress, egress] = ["ERX-Ingress-Policy-Name", "ERX-Egress-Policy-Name"] as const;

/**
 * Junos and JunosE, by Juniper's attributes of vendor 4874. The AAA service framework's tables ("Dynamic CoA
 * support") let a CoA change policies, Filter-Id and services; not Session-Timeout, addresses and pools. The whole
 * activation string identifies a service ("Subscriber Services with Multiple Instances"), and a CoA lists the
 * services to end before those to begin (since 16.1R4).
 */
export const juniper: Vendor = {
  shapings: ["none", "policies", "services"],
  garden: ["services"],
  delegatedPool: "ERX-IPv6-Delegated-Pool-Name",
  changeable: [ingress, egress, "ERX-Service-Activate"],
  together: [],
  lacks: [],
  attributes(terms, shaping) {
    const { up, down } = interfaceFilters(terms, shaping);
    return [
      ...(up === undefined ? [] : [attribute(ingress, up)]),
      ...(down === undefined ? [] : [attribute(egress, down)]),
      ...activations(filledServices(terms)),
    ];
  },
  told(attributes, shaping) {
    if (shaping.kind === "services") {
      return limited(toldSpeed(shaping.services, toldTexts(attributes, "ERX-Service-Activate")));
    }
    const [up, down] = [ingress, egress].map((name) => toldText(attributes, name));
    return limited(toldPolicies(shaping, { up, down }));
  },
  expresses(terms, shaping) {
    const filtered = terms.filters.up !== undefined || terms.filters.down !== undefined;
    return (policiesNameSpeed(terms, shaping) && !filtered) || servicesNameSpeed(terms) ? ["speed"] : [];
  },
  services: {
    key: "ERX-Service-Activate",
    change: (ended, begun) => [
      ...ended.map((service) => attribute("ERX-Service-Deactivate", service)),
      ...activations(begun),
    ],
  },
};

/** Each direction of an interface has one policy. A filter has priority, because a garden is not closed without it. */
function interfaceFilters(terms: EffectiveTerms, shaping: Shaping) {
  const { up, down } = namedPolicies(terms, shaping);
  return { up: terms.filters.up ?? up, down: terms.filters.down ?? down };
}

/** Each service with its own tag, to which further attributes could refer. */
function activations(services: readonly string[]) {
  return services.map((service, index) => attribute("ERX-Service-Activate", service, index + 1));
}
