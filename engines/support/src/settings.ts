/** The named choices of a tenant where help desks disagree. `docs/support.md` says whose convention each is. */
export interface SlaSettings {
  /** What begins an update clock: a customer's question, an agent's last reply, or whichever was later. */
  readonly updateRuns: "until-answered" | "between-replies" | "both";
  /** Whether the message that awaits the first response also begins an update clock. */
  readonly updateStarts: "after-first-response" | "at-opening";
  /** What a change of agreement does to a clock that runs. */
  readonly midFlight: "time-used" | "from-start" | "from-change";
  /** What becomes of the solution clock of a ticket that is opened again. */
  readonly reopened: "continue" | "restart" | "stays-met";
  /** States in which a ticket is solved. */
  readonly closedStates: readonly string[];
  /** States in which nothing is owed any more, although nothing was solved. */
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
