/**
 * The last item that passes a test, of a sorted list whose items pass it up to some place and not after it. It tests as
 * many items as the list has halvings, so that a device that sends many records takes no more time for each.
 */
export function lastThat<Item>(sorted: readonly Item[], passes: (item: Item) => boolean): Item | undefined {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const item = sorted[middle];
    if (item !== undefined && passes(item)) from = middle + 1;
    else to = middle;
  }
  return sorted[from - 1];
}
