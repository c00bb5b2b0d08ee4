import type { Escalation } from "./escalations-of.ts";
import type { TargetName } from "./target-name.ts";

/** One run of a target's clock, as it stands at an instant. */
export interface Clock {
  readonly target: TargetName;
  /** 1 for the first run of this target on the ticket. */
  readonly cycle: number;
  /** The agreement whose terms it is judged by: that of the instant, or of its end. */
  readonly agreement: string;
  /** "stopped": the ticket is closed or merged, or was before this was done. */
  readonly state: "running" | "paused" | "met" | "stopped";
  /** The instant is working time of the agreement's calendar. */
  readonly working: boolean;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly targetSeconds: number;
  /** When the whole target is or will be used; undefined where the clock would have to go on first. */
  readonly due: number | undefined;
  /** Due and not met by then. Met on the second when it is due is in time. */
  readonly breached: boolean;
  /** Working time; negative when over. */
  readonly leftSeconds: number;
  readonly spent: Spent;
  /** Those that came, and while the clock is alive those that will. */
  readonly escalations: readonly Escalation[];
}

/** Where the time of a cycle went, in seconds. */
export interface Spent {
  /** Working time that counts against the target. */
  readonly working: number;
  /** Working time in which the clock was paused. */
  readonly pausedWorking: number;
  readonly pausedWall: number;
  /** From the start to the end or the instant, all included. */
  readonly wall: number;
}
