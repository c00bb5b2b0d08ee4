/**
 * The last item that passes a test, of a sorted list whose items pass it up to some place and not after it. It tests as
 * many items as the list has halvings, so that a device that sends many records takes no more time for each.
 */
export function lastThat<Item>(sorted: readonly Item[], passes: (item: Item) => boolean): Item | undefined {
  return sorted[countOf(sorted, passes) - 1];
}

/** The first item that passes a test, of a sorted list whose items pass it from some place on. */
export function firstThat<Item>(sorted: readonly Item[], passes: (item: Item) => boolean): Item | undefined {
  return sorted[countOf(sorted, (item) => !passes(item))];
}

/** The number of items that pass a test, of a sorted list whose items pass it up to some place and not after it. */
export function countOf<Item>(sorted: readonly Item[], passes: (item: Item) => boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const item = sorted[middle];
    if (item !== undefined && passes(item)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Whether a sorted list has a number between two others. */
export function isAnyBetween(sorted: readonly number[], from: number, to: number): boolean {
  const next = firstThat(sorted, (one) => one > from);
  return next !== undefined && next < to;
}
