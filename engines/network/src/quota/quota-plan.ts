import { isWholeWithin } from "../../../base/src/is-whole-within.ts";
import type { Path } from "../../../base/src/path.ts";
import type { Zone } from "../../../calendar/src/zone.ts";
import { NetworkFault } from "../network-fault.ts";
import type { PeriodRule } from "../sessions/usage/period-rule.ts";

/** How much of a byte counts: 1/2 at half price, 0 for free. */
export interface Weight {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Minutes of the local day in which bytes have a weight of their own. */
export interface WeightWindow {
  /** 0 to 1439. */
  readonly from: number;
  /** 1 to 1440; one that is not after `from` is on the next day. */
  readonly to: number;
  /** Days on which it begins, 1 Monday to 7 Sunday; every day where undefined. */
  readonly days?: readonly number[] | undefined;
  readonly weight: Weight;
}

/** A speed that holds from a share of the volume on, in bits per second; 0 moves nothing. */
export interface SpeedStep {
  readonly name: string;
  /** Percent of the volume; 100 is when it is used up, 150 when half as much again was moved. */
  readonly percent: number;
  readonly download: bigint;
  readonly upload: bigint;
}

/** What a subscriber may move in each cycle, and what happens then. */
export interface QuotaPlan {
  readonly zone: Zone;
  readonly cycle: PeriodRule;
  /** Bytes of each cycle, weighted. */
  readonly included: bigint;
  readonly counts: "both" | "download" | "upload";
  /** Of several that hold at once the first is taken; without one a byte counts whole. */
  readonly windows: readonly WeightWindow[];
  /** Classes of traffic that are not counted. */
  readonly freeClasses: readonly string[];
  /** Unused included bytes live on for some cycles; together never more than `most`. */
  readonly rollover?: { readonly cycles: number; readonly most?: bigint | undefined } | undefined;
  /** Percents of the volume at which the subscriber is told. */
  readonly notices: readonly number[];
  /** From fast to slow. */
  readonly steps: readonly SpeedStep[];
}

/**
 * Refuses a plan that contradicts itself.
 * @throws NetworkFault QUOTA_INVALID naming the rule, at its path within the plan.
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

function demand(holds: boolean, expected: string, found: string, path: Path): void {
  if (holds) return;
  throw new NetworkFault("QUOTA_INVALID", `expected ${expected}; found ${found}: correct the plan`, path);
}
