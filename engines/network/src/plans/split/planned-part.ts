import type { Prefix } from "../../ipam/blocks/prefix.ts";
import type { Demand } from "./demand.ts";

/** A part of a plan with its prefix. */
export interface PlannedPart {
  readonly name: string;
  readonly kind: Demand["kind"];
  readonly prefix: Prefix;
  /** The space that begins with the prefix and contains no other part. Without growth it is the prefix itself. */
  readonly reserve: Prefix;
  /** The most that it can hold: delegations, addresses or hosts. Only for these kinds. */
  readonly capacity?: bigint;
  /** The first and last of the customers' prefixes. Only for delegations. */
  readonly delegations?: { readonly first: Prefix; readonly last: Prefix };
  /** In the order of the demands. Only for a group. */
  readonly parts?: readonly PlannedPart[];
  /** The space outside of its parts and their reserves, in the fewest prefixes. Only for a group. */
  readonly free?: readonly Prefix[];
}
