import type { Nas } from "./nas.ts";
import type { EffectiveTerms } from "./terms/policy-terms.ts";
import type { Speed } from "./terms/speed.ts";
import type { OptionalTerm } from "./vendors/vendor.ts";

const shapingTerms = ["speed", "burst", "guaranteed", "priority", "addressLists"] as const;

/** The given terms for which the vendor of a NAS documents no attribute. */
export function unsupportedTerms(
  terms: EffectiveTerms,
  { vendor, terms: nas }: Nas,
): readonly OptionalTerm[] {
  const given = givenTerms(terms);
  const expressed = vendor.expresses(terms, nas.shaping);
  return [
    ...shapingTerms.filter((term) => given[term] && !expressed.includes(term)),
    ...vendor.lacks.filter((term) => given[term]),
  ];
}

const isSome = (speed: Speed | undefined): boolean => speed !== undefined && speed.up + speed.down > 0;

function givenTerms(terms: EffectiveTerms): Readonly<Record<OptionalTerm, boolean>> {
  const families = terms.routes.map(({ destination }) => destination.family);
  return {
    speed: isSome(terms.speed),
    burst: terms.burst !== undefined,
    guaranteed: isSome(terms.guaranteed),
    priority: terms.priority !== undefined,
    addressLists: terms.addressLists.length > 0,
    ipv4Pool: terms.ipv4?.kind === "pool",
    ipv6Prefix: terms.ipv6?.kind === "fixed",
    ipv6Pool: terms.ipv6?.kind === "pool",
    delegated: terms.delegated !== undefined,
    ipv4Routes: families.includes(4),
    ipv6Routes: families.includes(6),
  };
}
