import { firstRepeated } from "../../../base/src/first-repeated.ts";
import { monitoringFault } from "./monitoring-fault.ts";

/**
 * Refuses things with equal ids.
 * @param list the field of the input that contains the things
 * @throws NetworkFault MONITORING_INVALID with the id that is used twice.
 */
export function requireDistinct(
  what: string,
  things: readonly { readonly id: string }[],
  list: string,
): void {
  const ids = things.map((thing) => thing.id);
  const id = firstRepeated(ids);
  if (id === undefined) return;
  throw monitoringFault(
    `every one of the ${what} to have its own id`,
    `${JSON.stringify(id)} twice`,
    "rename one",
    [list, ids.indexOf(id, ids.indexOf(id) + 1), "id"],
  );
}
