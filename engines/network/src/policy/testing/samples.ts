import type { Attribute } from "../../radius/attributes/attribute.ts";
import { authorize } from "../authorize.ts";
import { Nas } from "../nas.ts";
import type { Garden, NasTerms } from "../nas-terms.ts";
import { ServicePolicy } from "../service-policy.ts";
import type { PolicyTerms } from "../terms/policy-terms.ts";
import type { VendorName } from "../vendors/vendors.ts";

export const noGarden: Garden = { addressLists: [], filters: {}, services: [] };

/** A policy with the given terms and the fewest others. */
export function policy(terms: Partial<PolicyTerms> = {}): ServicePolicy {
  return ServicePolicy.of({
    state: "active",
    access: "ipoe",
    routes: [],
    addressLists: [],
    filters: {},
    ...terms,
  });
}

/** A NAS that accepts CoA and Disconnect, with the given terms and the fewest others. */
export function nas(vendor: VendorName, terms: Partial<NasTerms> = {}): Nas {
  return Nas.of({
    vendor,
    shaping: { kind: "none" },
    garden: noGarden,
    acceptsCoa: true,
    acceptsDisconnect: true,
    alsoChangeable: [],
    ...terms,
  });
}

/** Attributes in FreeRADIUS's form: `Name = value`, with a tag after the name. */
export function lines(attributes: readonly Attribute[]): string[] {
  return attributes.map(({ name, tag, value, label }) => {
    const tagged = tag === undefined ? name : `${name}:${tag}`;
    return `${tagged} = ${label ?? value}`;
  });
}

/** The attributes of an Access-Accept for a policy on a NAS. */
export function granted(terms: Partial<PolicyTerms>, on: Nas): string[] {
  return lines(authorize(policy(terms), on).attributes);
}
