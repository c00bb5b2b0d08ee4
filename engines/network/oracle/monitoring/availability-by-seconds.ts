interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The state of each second of a stretch, determined one by one: planned before down before unknown before up. */
export function availabilityBySeconds(
  within: Stretch,
  facts: { down: readonly Stretch[]; planned: readonly Stretch[]; unknown: readonly Stretch[] },
): { planned: number; down: number; unknown: number; up: number } {
  const counts = { planned: 0, down: 0, unknown: 0, up: 0 };
  const covers = (stretches: readonly Stretch[], second: number) =>
    stretches.some(({ from, to }) => from <= second && second < to);
  for (let second = within.from; second < within.to; second += 1) {
    if (covers(facts.planned, second)) counts.planned += 1;
    else if (covers(facts.down, second)) counts.down += 1;
    else if (covers(facts.unknown, second)) counts.unknown += 1;
    else counts.up += 1;
  }
  return counts;
}
