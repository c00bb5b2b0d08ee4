import type { EffectiveTerms } from "../terms/policy-terms.ts";
import { fillTemplate, namesSpeed } from "../terms/template.ts";

/** The services to activate, those left out that name a speed where there is no limit. */
export function filledServices(terms: EffectiveTerms): readonly string[] {
  return terms.services
    .map((template) => fillTemplate(template, terms))
    .filter((service) => service !== undefined);
}

/** Whether the speed is in the name of a service. */
export function servicesNameSpeed({ services }: EffectiveTerms): boolean {
  return services.some(namesSpeed);
}
