/** One attempt to reach a device. */
export interface Poll {
  readonly at: number;
  readonly answered: boolean;
}

/**
 * Polls in the order of their time, one per instant. Results may arrive in any order; of two for one instant
 * the answered one counts, because an answer cannot come from a dead device and a loss may come from the path.
 */
export function pollsInOrder(polls: readonly Poll[], until: number): readonly Poll[] {
  const byInstant = new Map<number, Poll>();
  for (const poll of polls) {
    if (poll.at > until) continue;
    if (poll.answered || !byInstant.has(poll.at)) byInstant.set(poll.at, poll);
  }
  return [...byInstant.values()].sort((one, other) => one.at - other.at);
}
