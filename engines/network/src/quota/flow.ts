import { bytesUntil } from "../sessions/usage/bytes-until.ts";
import type { Usage } from "./quota-facts.ts";
import type { QuotaPlan } from "./quota-plan.ts";

/** Usage over a stretch of time without any other change. */
export type Flow = readonly Usage[];

/** The bytes of the usage before the instant that the plan counts. */
export function movedUntil(flow: Flow, counts: QuotaPlan["counts"], at: number): bigint {
  return flow.reduce((sum, usage) => {
    const upload = counts === "download" ? 0n : bytesUntil(usage.upload, usage, at);
    const download = counts === "upload" ? 0n : bytesUntil(usage.download, usage, at);
    return sum + upload + download;
  }, 0n);
}

/** The first instant after `from`, at most `to`, for which the condition holds. It must stay true once it is true. */
export function firstInstant(from: number, to: number, holds: (at: number) => boolean): number {
  let [before, after] = [from, to];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (holds(middle)) after = middle;
    else before = middle;
  }
  return after;
}
