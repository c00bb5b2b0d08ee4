import { inOrderOfUse, type Lot, lesser, sumOf } from "./lot.ts";
import type { QuotaPlan, SpeedStep } from "./quota-plan.ts";

/** A threshold that was reached. */
export interface Notice {
  readonly percent: number;
  readonly at: number;
}

/** A change of speed; undefined is the full speed of the service. */
export interface StepChange {
  readonly at: number;
  readonly step: SpeedStep | undefined;
}

/** The volume of one subscriber during the walk. All amounts are ticks. */
export class Account {
  lots: Lot[] = [];
  /** The ticks granted in the cycle: at its start and by top-ups since then. */
  total = 0n;
  /** The weighted ticks moved in the cycle; those that no lot covered, in total and since the last top-up. */
  used = 0n;
  over = 0n;
  #overSinceTopUp = 0n;
  step: SpeedStep | undefined;
  readonly notices: Notice[] = [];
  readonly changes: StepChange[] = [];
  readonly #told = new Set<number>();
  readonly #plan: Pick<QuotaPlan, "notices" | "steps">;

  constructor(plan: Pick<QuotaPlan, "notices" | "steps">) {
    this.#plan = plan;
  }

  beginCycle(lots: readonly Lot[]): void {
    this.lots = inOrderOfUse(lots);
    this.total = sumOf(lots);
    this.used = 0n;
    this.over = 0n;
    this.#overSinceTopUp = 0n;
    this.#told.clear();
  }

  /** The ticks moved beyond the quota stay recorded, but do not count against a subscriber who paid. */
  topUp(lot: Lot): void {
    this.lots = inOrderOfUse([...this.lots, lot]);
    this.total += lot.granted;
    this.#overSinceTopUp = 0n;
  }

  expire(at: number): void {
    const isOver = ({ expiresAt }: Lot) => expiresAt !== undefined && expiresAt <= at;
    this.total -= sumOf(this.lots.filter(isOver));
    this.lots = this.lots.filter((lot) => !isOver(lot));
  }

  consume(ticks: bigint): void {
    this.used += ticks;
    let rest = ticks;
    for (const lot of this.lots) {
      const taken = lesser(lot.left, rest);
      lot.left -= taken;
      rest -= taken;
    }
    this.over += rest;
    this.#overSinceTopUp += rest;
  }

  /** Records the notices and steps reached at the instant. */
  settle(at: number): void {
    for (const percent of [...this.#plan.notices].sort((one, other) => one - other)) {
      if (this.#told.has(percent) || !this.#isReached(percent)) continue;
      this.#told.add(percent);
      this.notices.push({ percent, at });
    }
    const step = this.#plan.steps.findLast(({ percent }) => this.#isReached(percent));
    if (step !== this.step) this.changes.push({ at, step });
    this.step = step;
  }

  /** The ticks up to the next threshold; undefined if no threshold is left. */
  toNextThreshold(): bigint | undefined {
    if (this.total === 0n) return undefined;
    const percents = [...this.#plan.notices, ...this.#plan.steps.map(({ percent }) => percent)];
    return percents
      .filter((percent) => !this.#isReached(percent))
      .map((percent) => (BigInt(percent) * this.total + 99n) / 100n - this.#gone())
      .reduce<bigint | undefined>(
        (least, one) => (least === undefined || one < least ? one : least),
        undefined,
      );
  }

  /** Any threshold up to 100 % of a total of zero is reached, none above. */
  #isReached(percent: number): boolean {
    if (this.total === 0n) return percent <= 100;
    return this.#gone() * 100n >= BigInt(percent) * this.total;
  }

  #gone(): bigint {
    return this.total - sumOf(this.lots) + this.#overSinceTopUp;
  }
}
