import type { EffectiveTerms } from "../terms/policy-terms.ts";
import { fillTemplate, namesSpeed } from "../terms/template.ts";

/** The services to activate, without those whose name contains a speed that has no limit. */
export function filledServices(terms: EffectiveTerms): readonly string[] {
  return terms.services
    .map((template) => fillTemplate(template, terms))
    .filter((service) => service !== undefined);
}

/** Whether the name of a service contains the speed. */
export function servicesNameSpeed({ services, speed }: EffectiveTerms): boolean {
  return services.some((service) => namesSpeed(service, speed));
}
