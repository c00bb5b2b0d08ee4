import { attribute } from "../../radius/values/build-attribute.ts";
import type { Shaping } from "../terms/nas-terms.ts";
import type { EffectiveTerms } from "../terms/policy-terms.ts";
import { fillTemplate, namesSpeed } from "../terms/template.ts";
import { filledServices, servicesNameSpeed } from "./filled-services.ts";
import type { Vendor } from "./vendor.ts";

/**
 * Junos and JunosE, by Juniper's attributes of vendor 4874. The AAA service framework's tables ("Dynamic CoA
 * support") let a CoA change policies, Filter-Id and services; Session-Timeout, addresses and pools not. A
 * service is known by its whole activation string ("Subscriber Services with Multiple Instances"), and what
 * a CoA ends goes before what it begins (since 16.1R4).
 */
export const juniper: Vendor = {
  shapings: ["none", "policies", "services"],
  garden: ["services"],
  delegatedPool: "ERX-IPv6-Delegated-Pool-Name",
  changeable: ["ERX-Ingress-Policy-Name", "ERX-Egress-Policy-Name", "ERX-Service-Activate"],
  together: [],
  lacks: [],
  attributes(terms, shaping) {
    const { up, down } = interfaceFilters(terms, shaping);
    return [
      ...(up === undefined ? [] : [attribute("ERX-Ingress-Policy-Name", up)]),
      ...(down === undefined ? [] : [attribute("ERX-Egress-Policy-Name", down)]),
      ...activations(filledServices(terms)),
    ];
  },
  expresses(terms, shaping) {
    const policies = shaping.kind === "policies" && namesSpeed(shaping.up) && namesSpeed(shaping.down);
    const filtered = terms.filters.up !== undefined || terms.filters.down !== undefined;
    return (policies && !filtered) || servicesNameSpeed(terms) ? ["speed"] : [];
  },
  services: {
    key: "ERX-Service-Activate",
    change: (ended, begun) => [
      ...ended.map((service) => attribute("ERX-Service-Deactivate", service)),
      ...activations(begun),
    ],
  },
};

/** One policy fits each direction of an interface: a filter, without which a garden had no wall, goes first. */
function interfaceFilters(terms: EffectiveTerms, shaping: Shaping) {
  const shaped = shaping.kind === "policies" ? shaping : undefined;
  return {
    up: terms.filters.up ?? (shaped && fillTemplate(shaped.up, terms)),
    down: terms.filters.down ?? (shaped && fillTemplate(shaped.down, terms)),
  };
}

/** Each service with a tag of its own, by which further attributes could refer to it. */
function activations(services: readonly string[]) {
  return services.map((service, index) => attribute("ERX-Service-Activate", service, index + 1));
}
