/** One attempt to reach a device. */
export interface Poll {
  readonly at: number;
  readonly answered: boolean;
}

/**
 * Polls sorted by time, one per instant. Results may arrive in any order. An answer overrides a loss of the same
 * instant, because a dead device cannot answer and the path can lose a packet.
 */
export function pollsInOrder(polls: readonly Poll[], until: number): readonly Poll[] {
  const byInstant = new Map<number, Poll>();
  for (const poll of polls) {
    if (poll.at > until) continue;
    if (poll.answered || !byInstant.has(poll.at)) byInstant.set(poll.at, poll);
  }
  return [...byInstant.values()].sort((one, other) => one.at - other.at);
}
