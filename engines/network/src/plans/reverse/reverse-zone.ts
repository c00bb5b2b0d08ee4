import type { Prefix } from "../../ipam/blocks/prefix.ts";

/** A CNAME record: the name that a resolver asks for, and the name of its PTR record. */
export interface Alias {
  readonly name: string;
  readonly target: string;
}

/** A zone to delegate to the holder of a prefix. Names have no final dot. */
export interface ReverseZone {
  readonly name: string;
  /** The addresses whose PTR records are in the zone. */
  readonly prefix: Prefix;
  /** The zone that contains the delegation and the aliases. Only for a classless zone. */
  readonly parent?: string;
  /** The records that the parent zone needs for each address. Only for a classless zone. */
  readonly aliases?: readonly Alias[];
}
