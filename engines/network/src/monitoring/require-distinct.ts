import { firstRepeated } from "../../../base/src/first-repeated.ts";
import { monitoringFault } from "./monitoring-fault.ts";

/**
 * Ids tell things apart only while no two are the same.
 * @throws NetworkFault MONITORING_INVALID naming an id that is used twice.
 */
export function requireDistinct(what: string, things: readonly { readonly id: string }[]): void {
  const id = firstRepeated(things.map((thing) => thing.id));
  if (id === undefined) return;
  throw monitoringFault(
    `every one of the ${what} to have its own id`,
    `${JSON.stringify(id)} twice`,
    "rename one",
  );
}
