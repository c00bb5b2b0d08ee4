import { firstRepeated } from "../../base/src/first-repeated.ts";
import { quoted } from "../../base/src/quoted.ts";
import { BillingFault } from "./billing-fault.ts";

/**
 * Ids tell things apart only while no two are the same.
 * @throws BillingFault FACTS_INVALID naming an id that is used twice.
 */
export function requireDistinct(what: string, things: readonly { readonly id: string }[]): void {
  if (things.length < 2) return;
  const id = firstRepeated(things.map((thing) => thing.id));
  if (id === undefined) return;
  throw new BillingFault(
    "FACTS_INVALID",
    `expected every one of the ${what} to have its own id; found ${quoted(id)} twice: rename one of them`,
  );
}
