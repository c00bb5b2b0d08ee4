import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { NetworkFault } from "../../network-fault.ts";
import { bitsOf, type Family } from "../addresses/family.ts";

/** @throws NetworkFault PREFIX_INVALID unless the length is a whole number within the bounds. */
export function refuseLength(family: Family, length: number, least: number, most: number = bitsOf(family)) {
  if (isWholeWithin(length, least, most)) return;
  throw new NetworkFault(
    "PREFIX_INVALID",
    `expected a prefix length of IPv${family} from ${least} to ${most}; found ${length}: write one of them`,
  );
}
