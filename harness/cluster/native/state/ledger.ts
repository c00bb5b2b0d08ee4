import { type ClusterState, writeState } from "./state.ts";

/**
 * The state file during the start of a cluster. It records each part before the part exists (processes right
 * afterwards), so that everything can be removed after any interruption.
 */
export interface Ledger {
  readonly state: ClusterState;
  record(change: (state: ClusterState) => void): void;
}

export function openLedger(state: ClusterState): Ledger {
  writeState(state);
  return {
    state,
    record(change) {
      change(state);
      writeState(state);
    },
  };
}
