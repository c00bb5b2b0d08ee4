import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { interim, noon, start } from "../testing/records.ts";
import { newStrand, type Strand } from "./strand.ts";
import { StrandIndex } from "./strand-index.ts";

const second = fc.nat(30);
const histories = fc.array(
  fc.record({ begin: second, news: second, user: fc.constantFrom("alice", "bob"), isNews: fc.boolean() }),
  { maxLength: 20 },
);

/** An index to which sessions and news of earlier ones were added. */
function indexOf(history: readonly { begin: number; news: number; user: string; isNews: boolean }[]) {
  const index = new StrandIndex();
  history.forEach(({ begin, news, user, isNews }, place) => {
    const known = index.all[news % Math.max(index.all.length, 1)];
    const record = isNews ? interim(begin + news, 1n, { seconds: news, user }) : start(begin, { user });
    const reading = { at: noon + begin + (isNews ? news : 0), record, place };
    if (isNews && known !== undefined) index.extend(known, reading);
    else index.add(newStrand(reading));
  });
  return index;
}

describe("the sessions of an id", () => {
  it("are found by their begins as a search of all finds them", () => {
    fc.assert(
      fc.property(histories, second, second, (history, from, to) => {
        const index = indexOf(history);
        const [first, last] = [noon + from, noon + to];
        const isBetween = ({ beganAt }: Strand) => first <= beganAt && beganAt <= last;
        expect(index.begunBetween(first, last)).toEqual(index.all.filter(isBetween));
        const isAlice = ({ user }: Strand) => user === "alice";
        const before = index.all.filter((one) => isAlice(one) && one.beganAt < first);
        const latest = Math.max(...before.map(({ beganAt }) => beganAt));
        expect(index.lastBegunBefore(first, isAlice)).toBe(before.find(({ beganAt }) => beganAt === latest));
      }),
      runs(500),
    );
  });

  it("are all those around an instant, and none that began after it", () => {
    fc.assert(
      fc.property(histories, second, (history, after) => {
        const index = indexOf(history);
        const instant = noon + after;
        const around = index.around(instant);
        const lasting = index.all.filter((one) => one.beganAt <= instant && one.lastNewsAt >= instant);
        expect(lasting.filter((one) => !around.includes(one))).toEqual([]);
        expect(around.filter(({ beganAt }) => beganAt > instant)).toEqual([]);
      }),
      runs(500),
    );
  });

  it("around an instant are few where each was short", () => {
    const index = new StrandIndex();
    for (let at = 0; at < 1000; at += 10) {
      const reading = { at: noon + at, record: interim(at, 1n, { seconds: 5 }), place: at };
      index.add(newStrand(reading));
    }
    expect(index.around(noon + 500)).toHaveLength(1);
  });
});
