import type { Reading } from "../records/order-records.ts";
import type { UsageSpan } from "../records/session.ts";
import type { SessionSettings } from "../records/session-settings.ts";
import type { Strand } from "../strands/strand.ts";
import { countDirection, type LeftOut } from "./count-direction.ts";
import { placed } from "./placed-readings.ts";
import { usageOf } from "./usage-of.ts";
import { withoutReplays } from "./without-replays.ts";

/** The usage that the counters of a session report. */
export interface CountedUsage {
  readonly usage: readonly UsageSpan[];
  readonly wraps: number;
  readonly resets: number;
  readonly lastNewsAt: number;
  /** The first stop. Events after it do not count. */
  readonly stop: Reading | undefined;
  /** The counts that no line can carry. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Counts the readings of a session in order, from counters of 0 at its begin. A span without time and bytes is left
 * out.
 */
export function countUsage(strand: Strand, settings: SessionSettings): CountedUsage {
  const { beganAt } = strand;
  const begin = { at: beganAt, isKnown: isBeginKnown(strand) };
  const readings = upToStop(withoutReplays(placed(strand, settings)));
  const width = widthOf(readings, settings);
  const up = countDirection(begin, readings, "upload", width, settings);
  const down = countDirection(begin, readings, "download", width, settings);
  const last = readings.at(-1);
  return {
    usage: usageOf(up.moved, down.moved),
    wraps: up.wraps + down.wraps,
    resets: up.resets + down.resets,
    lastNewsAt: last?.at ?? beganAt,
    stop: last?.record.status === "stop" ? last : undefined,
    leftOut: [...up.leftOut, ...down.leftOut],
  };
}

function isBeginKnown({ startSeen, readings }: Strand): boolean {
  return startSeen || readings.some(({ record }) => record.seconds !== undefined);
}

function upToStop(readings: readonly Reading[]): readonly Reading[] {
  const stop = readings.findIndex(({ record }) => record.status === "stop");
  return stop === -1 ? readings : readings.slice(0, stop + 1);
}

function widthOf(readings: readonly Reading[], { counters }: SessionSettings): 32 | 64 {
  if (counters !== "as-sent") return counters === "32-bit" ? 32 : 64;
  return readings.some(({ record }) => record.wide) ? 64 : 32;
}
