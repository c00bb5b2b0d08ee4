import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { interim, sessions, start, stop } from "../../src/sessions/testing/records.ts";

const turn = 2n ** 32n;
const wide = { wide: true };

/** The records of a session that reports these counts of 64 bits every five minutes, the last at its stop. */
function reporting(counts: readonly bigint[]) {
  const records = counts.map((count, index) => {
    const at = (index + 1) * 300;
    return index === counts.length - 1 ? stop(at, count, wide) : interim(at, count, wide);
  });
  return [start(0, wide), ...records];
}

/** The bytes of each session. */
const bytesOf = (counts: readonly bigint[]) => sessions(reporting(counts)).map(({ download }) => download);

describe("a session of 64-bit counts", () => {
  const misread = fc
    .record({ wraps: fc.bigInt({ min: 1n, max: 20n }), isLow: fc.boolean() })
    .chain(({ wraps, isLow }) => {
      const border = wraps * turn;
      const part = fc.bigInt({ min: 1n, max: border / 8n });
      return fc.tuple(part, part, fc.bigInt({ min: 0n, max: 1000n })).map(([below, above, percent]) => {
        const [before, next] = [border - below, border + above];
        const right = isLow
          ? border + (above * percent) / 1000n
          : border - 1n - ((below - 1n) * percent) / 1000n;
        return { before, next, count: isLow ? right - turn : right + turn };
      });
    });

  it("gives the bytes of the replay where one count was read in two parts", () => {
    fc.assert(
      fc.property(misread, fc.bigInt({ min: 0n, max: turn }), ({ before, next, count }, rest) => {
        expect(bytesOf([before, count, next, next + rest])).toEqual([next + rest]);
      }),
      runs(1000),
    );
  });

  const interval = fc.record({
    moved: fc.bigInt({ min: 1n, max: turn - 1n }),
    isReset: fc.boolean(),
    percent: fc.bigInt({ min: 1n, max: 100n }),
  });

  it("gives all bytes that its counts tell where the counter was reset", () => {
    fc.assert(
      fc.property(fc.array(interval, { minLength: 2, maxLength: 12 }), (intervals) => {
        let [count, told] = [0n, 0n];
        const counts = intervals.map(({ moved, isReset, percent }) => {
          const after = isReset ? 1n + ((moved - 1n) * percent) / 100n : count + moved;
          told += after < count ? after : after - count;
          count = after;
          return count;
        });
        expect(bytesOf(counts)).toEqual([told]);
      }),
      runs(1000),
    );
  });
});
