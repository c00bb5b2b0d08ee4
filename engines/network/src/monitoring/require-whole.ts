import type { Path } from "../../../base/src/path.ts";
import { monitoringFault } from "./monitoring-fault.ts";

/** @throws NetworkFault MONITORING_INVALID unless the value is a whole number of at least `least`. */
export function requireWhole(what: string, value: number, least: number, path: Path = []): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw monitoringFault(
    `${what} to be a whole number from ${least}`,
    String(value),
    `write ${least} or more`,
    path,
  );
}
