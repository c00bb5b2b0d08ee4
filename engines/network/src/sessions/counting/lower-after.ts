/**
 * A search for the first value after an index that is lower than a limit; it gives undefined if there is none. It goes
 * from value to lower value, so that a session with many impossible counts takes no more time for each.
 */
export function lowerAfter(values: readonly bigint[]): (index: number, limit: bigint) => bigint | undefined {
  const nextLower = nextLowerOf(values);
  return (index, limit) => {
    let at: number | undefined = index + 1;
    while (at !== undefined && (values[at] ?? limit) >= limit) at = nextLower[at];
    return at === undefined ? undefined : values[at];
  };
}

/** For each value the index of the first lower one after it. */
function nextLowerOf(values: readonly bigint[]): (number | undefined)[] {
  const found: (number | undefined)[] = values.map(() => undefined);
  const higher: number[] = [];
  for (const [index, value] of values.entries()) {
    while (value < (values[higher.at(-1) ?? index] ?? value)) found[higher.pop() ?? index] = index;
    higher.push(index);
  }
  return found;
}
