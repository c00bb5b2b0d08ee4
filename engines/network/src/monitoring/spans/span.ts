import { monitoringFault } from "../monitoring-fault.ts";

/** A stretch of time in seconds since 1970: from its first second up to, and without, `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** @throws NetworkFault MONITORING_INVALID where a span ends before it begins. */
export function requireForward(what: string, { from, to }: Span): void {
  if (from <= to) return;
  throw monitoringFault(`${what} to end after its begin ${from}`, `the end ${to}`, "exchange the two");
}
