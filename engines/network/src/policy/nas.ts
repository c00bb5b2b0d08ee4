import type { NasTerms } from "./nas-terms.ts";
import { policyFault } from "./terms/policy-fault.ts";
import { refuseName } from "./terms/refuse-name.ts";
import { refuseSpeed } from "./terms/refuse-speed.ts";
import type { Shaping } from "./terms/shaping.ts";
import { refuseTemplate } from "./terms/template.ts";
import type { Vendor } from "./vendors/vendor.ts";
import { vendors } from "./vendors/vendors.ts";

/**
 * A network access server: the attributes that express policies to it, and those that it can change during a
 * session.
 */
export class Nas {
  readonly terms: NasTerms;

  private constructor(terms: NasTerms) {
    this.terms = terms;
  }

  /** @throws NetworkFault POLICY_INVALID for terms that the vendor has no attributes for, and unusable names. */
  static of(terms: NasTerms): Nas {
    refuseForeignShaping(terms);
    refuseForeignGarden(terms);
    for (const template of [...shapingTemplates(terms.shaping), ...terms.garden.services]) {
      refuseTemplate(template);
      refuseName("a policy, profile or service", template);
    }
    return new Nas(terms);
  }

  get vendor(): Vendor {
    return vendors[this.terms.vendor];
  }

  /** Whether a CoA may change the attributes of a key. */
  canChange(key: string): boolean {
    return this.vendor.changeable.includes(key) || this.terms.alsoChangeable.includes(key);
  }
}

function refuseForeignShaping({ vendor, shaping }: NasTerms): void {
  const { shapings } = vendors[vendor];
  if (shapings.includes(shaping.kind)) return;
  throw policyFault(`shaping by ${shapings.join(", ")} for ${vendor}`, shaping.kind, "write one of them", [
    "shaping",
    "kind",
  ]);
}

function refuseForeignGarden({ vendor, shaping, garden }: NasTerms): void {
  const known = vendors[vendor].garden;
  const templates = [...shapingTemplates(shaping), ...garden.services];
  const given = {
    addressLists: garden.addressLists.length > 0,
    services: garden.services.length > 0,
    url: garden.url !== undefined && !templates.some((template) => template.includes("{url}")),
  };
  for (const what of ["addressLists", "services", "url"] as const) {
    if (!given[what] || known.includes(what)) continue;
    const possible = ["filters", "pool", "speed", ...known].join(", ");
    throw policyFault(
      `a garden of ${possible} for ${vendor}`,
      what,
      "leave it out, or write {url} in a service",
    );
  }
  for (const list of garden.addressLists) refuseName("an address list", list);
  for (const name of [garden.filters.up, garden.filters.down]) {
    if (name !== undefined) refuseName("a filter", name);
  }
  if (garden.pool !== undefined) refuseName("the garden's pool", garden.pool);
  if (garden.url !== undefined) refuseName("the garden's URL", garden.url);
  if (garden.speed !== undefined) refuseSpeed("the garden's speed", garden.speed);
}

/** The templates of the names that express the speed to a NAS. */
export function shapingTemplates(shaping: Shaping): readonly string[] {
  if (shaping.kind === "policies") return [shaping.up, shaping.down];
  if (shaping.kind === "services") return shaping.services;
  return shaping.kind === "profile" ? [shaping.profile] : [];
}
