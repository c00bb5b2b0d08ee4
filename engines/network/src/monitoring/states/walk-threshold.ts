import { inOrder } from "../in-order.ts";
import { monitoringFault } from "../monitoring-fault.ts";

/** A measured value, in the unit of the levels. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/**
 * Breached from `raiseAt` on, until the value is back at `clearAt`. The two levels prevent repeated alarms by
 * noise.
 */
export interface Threshold {
  readonly direction: "above" | "below";
  readonly raiseAt: number;
  readonly clearAt: number;
}

export interface ThresholdChange {
  readonly at: number;
  readonly state: "clear" | "breached" | "unknown";
  /** The sample that decided the change; absent if samples stopped. */
  readonly value?: number;
}

/**
 * The states of a value, from its samples in any order; unknown before the first sample and `staleAfterSeconds`
 * after the last one. The last listed sample of one instant counts.
 * @throws NetworkFault MONITORING_INVALID unless `clearAt` is on the good side of `raiseAt`.
 */
export function walkThreshold(
  samples: readonly Sample[],
  threshold: Threshold,
  staleAfterSeconds: number,
  until: number,
): readonly ThresholdChange[] {
  requireThreshold(threshold);
  const changes: ThresholdChange[] = [];
  let breached = false;
  let last: number | undefined;
  for (const { at, value } of inOrder(samples.filter((sample) => sample.at <= until))) {
    if (last !== undefined && at - last > staleAfterSeconds) {
      changes.push({ at: last + staleAfterSeconds, state: "unknown" });
    }
    last = at;
    breached = breached
      ? !beyond(threshold, threshold.clearAt, value, true)
      : beyond(threshold, threshold.raiseAt, value, false);
    const state = breached ? "breached" : "clear";
    if (changes.at(-1)?.state !== state) changes.push({ at, state, value });
  }
  if (last === undefined || until - last <= staleAfterSeconds) return changes;
  return [...changes, { at: last + staleAfterSeconds, state: "unknown" }];
}

function beyond({ direction }: Threshold, level: number, value: number, back: boolean): boolean {
  return (direction === "above") === back ? value <= level : value >= level;
}

function requireThreshold({ direction, raiseAt, clearAt }: Threshold): void {
  if (direction === "above" ? clearAt < raiseAt : clearAt > raiseAt) return;
  const [side, example] = direction === "above" ? ["below", raiseAt - 5] : ["above", raiseAt + 5];
  throw monitoringFault(
    `clearAt ${side} raiseAt ${raiseAt}, as the alarm is for values ${direction} it`,
    String(clearAt),
    `write, for example, ${example}`,
    ["clearAt"],
  );
}
