import type { Prefix } from "../../ipam/blocks/prefix.ts";

/** A CNAME record: the name that a resolver asks for, and where its PTR record is. */
export interface Alias {
  readonly name: string;
  readonly target: string;
}

/** A zone to delegate to who holds a prefix; names are without a dot at their end. */
export interface ReverseZone {
  readonly name: string;
  /** Whose addresses have their PTR records in it. */
  readonly prefix: Prefix;
  /** The zone that holds the delegation and the aliases; of a classless zone only. */
  readonly parent?: string;
  /** What the parent needs for each address; of a classless zone only. */
  readonly aliases?: readonly Alias[];
}
