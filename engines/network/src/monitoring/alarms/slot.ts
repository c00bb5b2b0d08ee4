import type { Trouble } from "./alarm.ts";

/** What an evaluation finds: trouble, none, or nothing that could raise or clear an alarm (`hold`). */
export type Finding = "trouble" | "none" | "hold";

/** Where an alarm may come to be: the trouble of one object, and for how long it has been pending. */
export interface Slot {
  readonly object: string;
  readonly trouble: Trouble;
  readonly rule: string | undefined;
  /** The first evaluation of an unbroken row that found the trouble. */
  pendingSince: number | undefined;
  /** The alarm, while there is one. */
  alarm: string | undefined;
}

export type Verdict = "raise" | "clear" | "wait" | "nothing";

/**
 * The pending time of Prometheus (`for`) and Grafana: an alarm is raised at the first evaluation that is
 * `pendingSeconds` after the one which found the trouble first, if all between found it too.
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
