import type { TargetName } from "../terms/target-name.ts";
import type { Escalation } from "./escalations-of.ts";

/** One run of a target's clock, at an instant. */
export interface Clock {
  readonly target: TargetName;
  /** 1 for the first run of this target on the ticket. */
  readonly cycle: number;
  /** The agreement that applies to it: that of the instant, or of its end. */
  readonly agreement: string;
  /** "stopped": the ticket was closed or merged before the target was met. */
  readonly state: "running" | "paused" | "met" | "stopped";
  /** Whether the instant is working time of the agreement's calendar. */
  readonly working: boolean;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly targetSeconds: number;
  /** Time at which the whole target is or will be used; undefined while the clock must first continue. */
  readonly due: number | undefined;
  /** Whether it was due and not met by then. A target met in the due second is in time. */
  readonly breached: boolean;
  /** Working time in seconds; negative when overdue. */
  readonly leftSeconds: number;
  readonly spent: Spent;
  /** Past escalations and, while the clock can still run, future ones. */
  readonly escalations: readonly Escalation[];
}

/** The use of a cycle's time, in seconds. */
export interface Spent {
  /** Working time that counts against the target. */
  readonly working: number;
  /** Working time in which the clock was paused. */
  readonly pausedWorking: number;
  readonly pausedWall: number;
  /** All time from the start to the end or the instant. */
  readonly wall: number;
}
