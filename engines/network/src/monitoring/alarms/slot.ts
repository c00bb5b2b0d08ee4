import type { Trouble } from "./alarm.ts";

/** The result of an evaluation: trouble, none, or `hold`, which neither raises nor clears an alarm. */
export type Finding = "trouble" | "none" | "hold";

/** The place of a possible alarm: a trouble of one object, with its pending time. */
export interface Slot {
  readonly object: string;
  readonly trouble: Trouble;
  readonly rule: string | undefined;
  /** The first evaluation in the unbroken series that found the trouble. */
  pendingSince: number | undefined;
  /** The alarm, while there is one. */
  alarm: string | undefined;
}

export type Verdict = "raise" | "clear" | "wait" | "nothing";

/**
 * The pending time of Prometheus (`for`) and Grafana: an alarm is raised at the first evaluation that is
 * `pendingSeconds` after the first one that found the trouble, if all between found it too.
 */
export function judgeSlot(slot: Slot, finding: Finding, at: number, pendingSeconds: number): Verdict {
  if (finding !== "trouble") {
    slot.pendingSince = undefined;
    return finding === "none" && slot.alarm !== undefined ? "clear" : "nothing";
  }
  if (slot.alarm !== undefined) return "nothing";
  if (slot.pendingSince === undefined) {
    slot.pendingSince = at;
    return "wait";
  }
  return at >= slot.pendingSince + pendingSeconds ? "raise" : "nothing";
}
