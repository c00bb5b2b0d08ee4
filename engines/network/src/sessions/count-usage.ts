import { countedBytes } from "./counted-bytes.ts";
import { trustedTimestamp } from "./event-instant.ts";
import { orderReadings, type Reading } from "./order-records.ts";
import type { UsageSpan } from "./session.ts";
import type { SessionSettings } from "./session-settings.ts";
import type { Strand } from "./strand.ts";

/** What the counters of a session say. */
export interface CountedUsage {
  readonly usage: readonly UsageSpan[];
  readonly wraps: number;
  readonly resets: number;
  readonly lastNewsAt: number;
  /** The first stop; nothing that is said to happen after it counts. */
  readonly stop: Reading | undefined;
}

/** Walks the readings of a session in order, from counters of 0 at its begin. What adds no time and no bytes is no usage. */
export function countUsage(strand: Strand, settings: SessionSettings): CountedUsage {
  const readings = upToStop(placed(strand));
  const width = widthOf(readings, settings);
  const usage: UsageSpan[] = [];
  let before = { at: strand.beganAt, upload: 0n, download: 0n };
  let wraps = 0;
  let resets = 0;
  for (const { at, record } of readings) {
    const seconds = at - before.at;
    const up = countedBytes(before.upload, record.upload, seconds, width, settings);
    const down = countedBytes(before.download, record.download, seconds, width, settings);
    const events = [up.event, down.event];
    wraps += events.filter((event) => event === "wrap").length;
    resets += events.filter((event) => event === "reset").length;
    if (at > before.at || up.bytes + down.bytes > 0n) {
      usage.push({ from: before.at, to: at, upload: up.bytes, download: down.bytes });
    }
    before = { at, upload: record.upload, download: record.download };
  }
  const last = readings.at(-1);
  const stop = last?.record.status === "stop" ? last : undefined;
  return { usage, wraps, resets, lastNewsAt: before.at, stop };
}

/**
 * The readings that carry counters, each at its instant. Acct-Session-Time after the begin is exact where
 * the arrival is not; a start says nothing of counters.
 */
function placed({ beganAt, readings }: Strand): Reading[] {
  const counting = readings.filter(({ record }) => record.status !== "start");
  return orderReadings(
    counting.map(({ at, record }) => {
      const told = trustedTimestamp(record);
      if (told !== undefined || record.seconds === undefined) return { at, record };
      return { at: beganAt + record.seconds, record };
    }),
  );
}

function upToStop(readings: readonly Reading[]): readonly Reading[] {
  const stop = readings.findIndex(({ record }) => record.status === "stop");
  return stop === -1 ? readings : readings.slice(0, stop + 1);
}

function widthOf(readings: readonly Reading[], { counters }: SessionSettings): 32 | 64 {
  if (counters !== "as-sent") return counters === "32-bit" ? 32 : 64;
  return readings.some(({ record }) => record.wide) ? 64 : 32;
}
