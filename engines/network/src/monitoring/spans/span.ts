import type { Path } from "../../../../base/src/path.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { monitoringFault } from "../monitoring-fault.ts";

/** A span in seconds since 1970, from `from` to before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** @throws NetworkFault MONITORING_INVALID if the span ends before it begins. */
export function requireForward(what: string, { from, to }: Span, path: Path = []): void {
  if (from <= to) return;
  const [begin, end] = [from, to].map(Zone.printInstant);
  throw monitoringFault(
    `${what} to end after its begin ${begin}`,
    `the end ${end}`,
    "exchange the two",
    path,
  );
}
