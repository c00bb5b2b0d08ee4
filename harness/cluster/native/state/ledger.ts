import { type ClusterState, writeState } from "./state.ts";

/**
 * The state file while a cluster is being made: each thing is written down before it exists (processes right
 * after), so that whatever stops us, all of it can be taken away.
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
