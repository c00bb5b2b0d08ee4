import type { Prefix } from "../../ipam/blocks/prefix.ts";
import type { Demand } from "./demand.ts";

/** A part of a plan, and where it is. */
export interface PlannedPart {
  readonly name: string;
  readonly kind: Demand["kind"];
  readonly prefix: Prefix;
  /** Begins with the prefix; nothing else is put into it. The prefix itself where no growth was asked for. */
  readonly reserve: Prefix;
  /** How many it holds at most: delegations, addresses or hosts; of nothing else. */
  readonly capacity?: bigint;
  /** First and last of the prefixes that it holds for customers; of delegations only. */
  readonly delegations?: { readonly first: Prefix; readonly last: Prefix };
  /** In the order asked for; of a group only. */
  readonly parts?: readonly PlannedPart[];
  /** What its parts and their reserves leave, in the fewest prefixes; of a group only. */
  readonly free?: readonly Prefix[];
}
