import type { Attribute } from "../../radius/attributes/attribute.ts";
import type { Shaping } from "../terms/nas-terms.ts";
import type { EffectiveTerms } from "../terms/policy-terms.ts";

/** What a policy says of the traffic, which each vendor puts into attributes of its own. */
export type ShapingTerm = "speed" | "burst" | "guaranteed" | "priority" | "addressLists";

/** What a policy says of addresses, which standard attributes carry to whoever reads them. */
export type AddressTerm = "ipv4Pool" | "ipv6Prefix" | "ipv6Pool" | "delegated" | "ipv4Routes" | "ipv6Routes";

/** The terms that not every vendor has an attribute for. */
export type OptionalTerm = ShapingTerm | AddressTerm;

/** How one vendor's NAS is told a policy. */
export interface Vendor {
  readonly shapings: readonly Shaping["kind"][];
  /** What it can do in a garden beyond filters and a pool. */
  readonly garden: readonly ("addressLists" | "services" | "url")[];
  /** The attribute that names a pool of delegated prefixes. */
  readonly delegatedPool: string;
  /** What a CoA may change, by `changeKey`; all else takes a new session. */
  readonly changeable: readonly string[];
  /** Attributes that are only understood together. */
  readonly together: readonly (readonly string[])[];
  /** The vendor's attributes, and standard ones that it reads in its own way. */
  attributes(terms: EffectiveTerms, shaping: Shaping): readonly Attribute[];
  /** The terms of the traffic that it has attributes for. */
  expresses(terms: EffectiveTerms, shaping: Shaping): readonly ShapingTerm[];
  /** The terms whose standard attributes its documents do not list; they are sent all the same. */
  readonly lacks: readonly AddressTerm[];
  /** Services that begin and end one by one, where the vendor has them. */
  readonly services?: Services;
}

/** How a CoA ends services and begins others, without touching those that stay. */
export interface Services {
  /** The attribute that begins services at login. */
  readonly key: string;
  /** Given the values of that attribute. */
  change(ended: readonly string[], begun: readonly string[]): readonly Attribute[];
}
