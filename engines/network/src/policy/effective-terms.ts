import type { Nas } from "./nas.ts";
import type { Garden } from "./nas-terms.ts";
import type { ServicePolicy } from "./service-policy.ts";
import { policyFault } from "./terms/policy-fault.ts";
import type { EffectiveTerms, PolicyTerms } from "./terms/policy-terms.ts";
import { fillTemplate } from "./terms/template.ts";

/** @throws NetworkFault POLICY_INVALID for a walled garden on a NAS whose profile has none. */
export function effectiveTerms({ terms }: ServicePolicy, nas: Nas): EffectiveTerms {
  const { shaping } = nas.terms;
  const services = shaping.kind === "services" ? shaping.services : [];
  return terms.state === "walled-garden" ? walled(terms, services, nas) : { ...terms, services };
}

function walled(terms: PolicyTerms, services: readonly string[], { terms: nas }: Nas): EffectiveTerms {
  const { garden } = nas;
  if (!isWalled(garden)) {
    throw policyFault(
      "a garden with filters, address lists, services or a pool for a service in the walled garden",
      `none on this NAS of ${nas.vendor}`,
      "describe it in the NAS profile; without one the customer would have full service",
      ["state"],
    );
  }
  const walls = {
    ...terms,
    ...(garden.speed && {
      speed: garden.speed,
      burst: undefined,
      guaranteed: undefined,
      priority: undefined,
    }),
    ...(garden.pool !== undefined && poolOnly(garden.pool)),
    addressLists: garden.addressLists,
    filters: { ...terms.filters, ...garden.filters },
    services: garden.services.length > 0 ? garden.services : services,
    url: garden.url,
  };
  refuseGaps(walls, garden);
  return walls;
}

/** Refuses a service without a name, because the garden would then lack that service's limits. */
function refuseGaps(walls: EffectiveTerms, { services }: Garden): void {
  for (const template of services) {
    if (fillTemplate(template, walls) !== undefined) continue;
    throw policyFault(
      "all that the names of the garden's services are made from",
      `nothing for ${JSON.stringify(template)}`,
      "write the garden's url, or its speed",
      ["state"],
    );
  }
}

function isWalled({ filters, addressLists, services, pool }: Garden): boolean {
  const names = [filters.up, filters.down, pool, ...addressLists, ...services];
  return names.some((name) => name !== undefined);
}

/** No IPv6 for a garden with an IPv4 pool, because IPv6 would bypass the garden. */
function poolOnly(pool: string): Pick<PolicyTerms, "ipv4" | "ipv6" | "delegated" | "routes"> {
  return { ipv4: { kind: "pool", pool }, ipv6: undefined, delegated: undefined, routes: [] };
}
