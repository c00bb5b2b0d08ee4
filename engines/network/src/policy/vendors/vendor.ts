import type { IPAddress } from "../../ipam/addresses/ip-address.ts";
import type { Attribute } from "../../radius/attributes/attribute.ts";
import type { EffectiveTerms, RateTerms } from "../terms/policy-terms.ts";
import type { Shaping } from "../terms/shaping.ts";

/** The terms of a policy about traffic, which each vendor puts into its own attributes. */
export type ShapingTerm = "speed" | "burst" | "guaranteed" | "priority" | "addressLists";

/** The terms of a policy about addresses, which are sent in standard attributes. */
export type AddressTerm = "ipv4Pool" | "ipv6Prefix" | "ipv6Pool" | "delegated" | "ipv4Routes" | "ipv6Routes";

/** The terms that not every vendor has an attribute for. */
export type OptionalTerm = ShapingTerm | AddressTerm;

/** The translation of a policy into one vendor's attributes, and back. */
export interface Vendor {
  readonly shapings: readonly Shaping["kind"][];
  /** The means that it supports for a garden beyond filters and a pool. */
  readonly garden: readonly ("addressLists" | "services" | "url")[];
  /** The attribute that names a pool of IPv4 addresses. By default Framed-Pool (RFC 2869 section 5.18). */
  ipv4Pool?(pool: string): Attribute;
  /** The attribute by which a CoA finds a session by its address. By default the standard attribute of the address. */
  sessionAddress?(address: IPAddress): Attribute;
  /** The unit that a CoA replaces, for an attribute that combines many. By default the attribute's name. */
  changeKey?(attribute: Attribute): string | undefined;
  /** The attribute that names a pool of delegated prefixes. */
  readonly delegatedPool: string;
  /** The attributes that a CoA may change, by `changeKey`. All others need a new session. */
  readonly changeable: readonly string[];
  /** Attributes that the NAS reads only together. */
  readonly together: readonly (readonly string[])[];
  /** The vendor's attributes, and standard ones that it reads in its own way. */
  attributes(terms: EffectiveTerms, shaping: Shaping): readonly Attribute[];
  /**
   * Reads the speeds from such attributes; 0 means no limit, and no speed at all means that no attribute contains
   * one.
   */
  told(attributes: readonly Attribute[], shaping: Shaping): RateTerms;
  /** The traffic terms for which it has attributes. */
  expresses(terms: EffectiveTerms, shaping: Shaping): readonly ShapingTerm[];
  /** The terms whose standard attributes are absent from its documents. The attributes are sent nevertheless. */
  readonly lacks: readonly AddressTerm[];
  /** Services that begin and end individually, if the vendor has them. */
  readonly services?: Services;
}

/** The attributes by which a CoA ends and begins services and leaves the others unchanged. */
export interface Services {
  /** The attribute that begins services at login. */
  readonly key: string;
  /** The attributes for the ended and begun services, each given as a value of `key`. */
  change(ended: readonly string[], begun: readonly string[]): readonly Attribute[];
}
