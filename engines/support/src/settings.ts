/** A tenant's choices where help desks differ. `docs/support.md` names the convention behind each. */
export interface SlaSettings {
  /** The message that begins an update clock: a customer's question, an agent's last reply, or the later of both. */
  readonly updateRuns: "until-answered" | "between-replies" | "both";
  /** Whether the message that awaits the first response also begins an update clock. */
  readonly updateStarts: "after-first-response" | "at-opening";
  /** The effect of a changed agreement on a running clock. */
  readonly midFlight: "time-used" | "from-start" | "from-change";
  /** The effect of reopening a ticket on its solution clock. */
  readonly reopened: "continue" | "restart" | "stays-met";
  /** States in which a ticket is solved. */
  readonly closedStates: readonly string[];
  /** States in which no promise applies, although nothing was solved. */
  readonly mergedStates: readonly string[];
}

export const defaultSettings: SlaSettings = {
  updateRuns: "until-answered",
  updateStarts: "after-first-response",
  midFlight: "time-used",
  reopened: "continue",
  closedStates: ["closed"],
  mergedStates: ["merged", "removed"],
};
