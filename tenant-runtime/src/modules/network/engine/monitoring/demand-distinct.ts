import { monitoringFault } from "./monitoring-fault.ts";

/**
 * Ids tell things apart only while no two are the same.
 * @throws NetworkFault MONITORING_INVALID naming an id that is used twice.
 */
export function demandDistinct(what: string, things: readonly { readonly id: string }[]): void {
  const seen = new Set<string>();
  for (const { id } of things) {
    if (seen.has(id)) {
      throw monitoringFault(
        `every one of the ${what} to have its own id`,
        `${JSON.stringify(id)} twice`,
        "rename one",
      );
    }
    seen.add(id);
  }
}
