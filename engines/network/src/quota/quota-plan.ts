import { isWholeWithin } from "../../../base/src/is-whole-within.ts";
import type { Path } from "../../../base/src/path.ts";
import type { Zone } from "../../../calendar/src/zone.ts";
import { requireThat } from "../require-that.ts";
import type { PeriodRule } from "../sessions/usage/period-rule.ts";
import { repeatedPlace } from "./repeated-place.ts";

const demand = requireThat("QUOTA_INVALID", "correct the plan");

/** The counted part of a byte: 1/2 at half price, 0 for free. */
export interface Weight {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Minutes of the local day in which bytes have another weight. */
export interface WeightWindow {
  /** 0 to 1439. */
  readonly from: number;
  /** 1 to 1440. If it is not after `from`, it is on the next day. */
  readonly to: number;
  /** The weekdays on which it begins, 1 Monday to 7 Sunday; every day if undefined. */
  readonly days?: readonly number[] | undefined;
  readonly weight: Weight;
}

/** A speed from a part of the volume on, in bits per second; 0 means that nothing is transferred. */
export interface SpeedStep {
  readonly name: string;
  /** Percent of the volume: 100 when it is used up, 150 when 1.5 times the volume was moved. */
  readonly percent: number;
  readonly download: bigint;
  readonly upload: bigint;
}

/** The bytes that a subscriber may move in each cycle, and the speeds after that. */
export interface QuotaPlan {
  readonly zone: Zone;
  readonly cycle: PeriodRule;
  /** Weighted bytes per cycle. */
  readonly included: bigint;
  readonly counts: "both" | "download" | "upload";
  /** If windows overlap, the first counts. Outside of windows a byte counts as one. */
  readonly windows: readonly WeightWindow[];
  /** Classes of traffic that are not counted. */
  readonly freeClasses: readonly string[];
  /** Unused included bytes stay valid for a number of cycles, together at most `most`. */
  readonly rollover?: { readonly cycles: number; readonly most?: bigint | undefined } | undefined;
  /** The percentages of the volume at which the subscriber is notified. */
  readonly notices: readonly number[];
  /** Sorted from fast to slow. */
  readonly steps: readonly SpeedStep[];
}

/**
 * Refuses a contradictory plan.
 * @throws NetworkFault QUOTA_INVALID with the broken rule and its path in the plan.
 */
export function requirePlan({ included, windows, rollover, notices, steps }: QuotaPlan): void {
  demand(included >= 0n, "included bytes of 0 or more", `${included}`, ["included"]);
  for (const [index, window] of windows.entries()) requireWindow(window, ["windows", index]);
  if (rollover !== undefined) {
    const { cycles, most = 0n } = rollover;
    demand(isWholeWithin(cycles, 1, 120), "rollover for 1 to 120 cycles", `${cycles}`, [
      "rollover",
      "cycles",
    ]);
    demand(most >= 0n, "a most of 0 or more bytes", `${most}`, ["rollover", "most"]);
  }
  for (const [index, percent] of notices.entries()) {
    demand(isWholeWithin(percent, 1, 1000), "a notice at 1 to 1000 percent", `${percent}`, [
      "notices",
      index,
    ]);
  }
  for (const [index, step] of steps.entries()) requireStep(steps[index - 1], step, ["steps", index]);
  requireNames(steps);
}

/** A change of the speed names only the step, so that two of one name are the same to its reader. */
function requireNames(steps: readonly SpeedStep[]): void {
  const names = steps.map(({ name }) => name);
  const again = repeatedPlace(names);
  const found = `${JSON.stringify(names[again])} twice`;
  demand(again < 0, "a name of its own for each step", found, ["steps", again, "name"]);
}

function requireWindow({ from, to, weight }: WeightWindow, path: Path): void {
  const isWithin = isWholeWithin(from, 0, 1439) && isWholeWithin(to, 1, 1440);
  demand(isWithin, "a window within 0 and 1440", `${from}-${to}`, path);
  const { numerator, denominator } = weight;
  const isWeight = numerator >= 0n && denominator > 0n;
  demand(isWeight, "a weight of 0 or more", `${numerator}/${denominator}`, [...path, "weight"]);
}

function requireStep(before: SpeedStep | undefined, step: SpeedStep, path: Path): void {
  const { name, percent, download, upload } = step;
  demand(isWholeWithin(percent, 1, 1000), "a step at 1 to 1000 percent", `${percent}`, [...path, "percent"]);
  const isSpeed = download >= 0n && upload >= 0n;
  demand(isSpeed, "speeds of 0 or more", `${download} and ${upload} in step ${name}`, path);
  if (before === undefined) return;
  const isSlower = percent > before.percent && download <= before.download && upload <= before.upload;
  const expected = `steps with rising percents and no faster than step ${before.name}`;
  const found = `step ${name} with ${percent} after ${before.percent} percent, download ${download} after ${before.download}, upload ${upload} after ${before.upload}`;
  demand(isSlower, expected, found, path);
}
