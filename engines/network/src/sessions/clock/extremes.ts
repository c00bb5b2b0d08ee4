/** The least and the greatest value for each whole second. */
export class Extremes {
  readonly #bySecond = new Map<number, { least: number; most: number }>();

  /** The extremes of pairs of a second and a value. */
  constructor(pairs: Iterable<readonly [second: number, value: number]>) {
    for (const [second, value] of pairs) {
      const known = this.#bySecond.get(second) ?? { least: value, most: value };
      this.#bySecond.set(second, {
        least: Math.min(known.least, value),
        most: Math.max(known.most, value),
      });
    }
  }

  /**
   * Whether an extreme of a second near `center` passes the test. It takes as long for many records as for few, so
   * that equipment with a wrong clock costs no more time than other equipment.
   */
  some(center: number, width: number, test: (value: number, second: number) => boolean): boolean {
    for (let second = center - width; second <= center + width; second += 1) {
      const known = this.#bySecond.get(second);
      if (known !== undefined && (test(known.least, second) || test(known.most, second))) return true;
    }
    return false;
  }

  /** The least value of the seconds near `center`; undefined if they have none. */
  least(center: number, width: number): number | undefined {
    let least: number | undefined;
    this.some(center, width, (value) => {
      least = Math.min(least ?? value, value);
      return false;
    });
    return least;
  }
}
