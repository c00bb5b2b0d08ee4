import { describe, expect, it } from "vitest";
import { refusalOf } from "../testing/refusal-of.ts";
import { walkFlapping } from "./walk-flapping.ts";
import { walkStates } from "./walk-states.ts";
import { type Threshold, walkThreshold } from "./walk-threshold.ts";

const policy = { lossesBeforeDown: 3, answersBeforeUp: 2, staleAfterSeconds: 300 };
/** One poll a minute: `.` answered, `x` lost, a blank not made. */
const polls = (row: string) =>
  [...row].flatMap((sign, minute) => (sign === " " ? [] : [{ at: minute * 60, answered: sign === "." }]));
const story = (row: string, until = (row.length - 1) * 60) =>
  walkStates(polls(row), policy, until).map(
    ({ at, since, state }) => `${at / 60} ${state} since ${since / 60}`,
  );

describe("the state of a device", () => {
  it.each([
    ["is unknown before its first answer or enough losses", "xx", []],
    ["is up with its first answer", "x.", ["1 up since 1"]],
    ["is down after three losses, since the first of them", ".xxxx", ["0 up since 0", "3 down since 1"]],
    ["stays up through fewer losses", ".xx.xx.", ["0 up since 0"]],
    ["is down from the start after three losses", "xxx", ["2 down since 0"]],
    ["comes up after two answers, since the first", "xxx.x..", ["2 down since 0", "6 up since 5"]],
    ["stays down through one answer", "xxx.xxx", ["2 down since 0"]],
    [
      "is unknown after a silence, up with an answer",
      ".       .",
      ["0 up since 0", "5 unknown since 5", "8 up since 8"],
    ],
    [
      "needs its answers after a silence too where it was down",
      "xxx       ..",
      ["2 down since 0", "7 unknown since 7", "11 up since 10"],
    ],
    [
      "counts losses anew after a silence",
      ".xx      xxx",
      ["0 up since 0", "7 unknown since 7", "11 down since 9"],
    ],
    ["is still known at the limit of silence", ".    x", ["0 up since 0"]],
  ])("%s", (_, row, expected) => expect(story(row)).toEqual(expected));

  it("is unknown when polls stop before the end", () => {
    expect(story(".", 300)).toEqual(["0 up since 0"]);
    expect(story(".", 301)).toEqual(["0 up since 0", "5 unknown since 5"]);
    expect(story("", 900)).toEqual([]);
  });

  it("does not depend on the order of the results, nor on results after the end", () => {
    expect(walkStates(polls(".xxx..").reverse(), policy, 300)).toEqual(
      walkStates(polls(".xxx.."), policy, 300),
    );
    expect(walkStates(polls(".xxx"), policy, 179)).toHaveLength(1);
    expect(walkStates(polls(".xxx"), policy, 180)).toHaveLength(2);
  });

  it("is up when two results of one instant differ", () => {
    const lost = { at: 0, answered: false };
    const answered = { at: 0, answered: true };
    const one = { ...policy, lossesBeforeDown: 1 };
    expect(walkStates([lost, answered], one, 0)).toMatchObject([{ state: "up" }]);
    expect(walkStates([answered, lost], one, 0)).toMatchObject([{ state: "up" }]);
    expect(walkStates([lost, lost], { ...one, lossesBeforeDown: 2 }, 0)).toEqual([]);
  });

  it.each([
    ["lossesBeforeDown", 0],
    ["answersBeforeUp", 0],
    ["staleAfterSeconds", 0],
    ["lossesBeforeDown", 1.5],
  ])("refuses %s of %s", (field, value) => {
    expect(refusalOf(() => walkStates([], { ...policy, [field]: value }, 0))).toContain(
      `expected ${field} to be a whole number from 1; found ${value}: write 1 or more`,
    );
  });
});

describe("flapping", () => {
  const percent = { startPercent: 30, stopPercent: 20 };
  const flaps = (row: string, policy = percent) =>
    walkFlapping(polls(row), policy, 1e6).map(({ at, flapping }) => `${at / 60} ${flapping}`);

  it("is absent for a device that answers, and for one that is lost permanently", () => {
    expect(flaps(".".repeat(40))).toEqual([]);
    expect(flaps(`${".".repeat(20)}${"x".repeat(20)}`)).toEqual([]);
  });

  it("weighs new changes more: 95 + 93 + 91 + 89 + 87 of 1520 parts are 29.9 %, with 85 more they are 35.5 %", () => {
    expect(flaps(".x.x.x")).toEqual([]);
    expect(flaps(".x.x.x.")).toEqual(["6 true"]);
    expect(flaps(".x.x.x", { startPercent: 29, stopPercent: 20 })).toEqual(["5 true"]);
  });

  it("ends when the changes are old, with a delay", () => {
    // Six changes age: each weighs 77 % of an average one at the end, and they leave the 20 one by one.
    expect(flaps(`.x.x.x${".".repeat(30)}`)).toEqual(["6 true", "22 false"]);
  });

  it("is 100 % when every poll changes the state", () => {
    expect(flaps(".x".repeat(11), { startPercent: 100, stopPercent: 99 })).toEqual(["20 true"]);
    expect(flaps(".x".repeat(10), { startPercent: 100, stopPercent: 99 })).toEqual([]);
  });

  it("stops at the lower percentage itself", () => {
    expect(flaps(`.x.x.x${".".repeat(30)}`, { startPercent: 30, stopPercent: 0 })).toEqual([
      "6 true",
      "26 false",
    ]);
  });

  it.each([
    [20, 20],
    [20, 30],
    [101, 20],
    [30, -1],
    [30.5, 20],
    [30, 20.5],
  ])("refuses start %s with stop %s", (startPercent, stopPercent) => {
    expect(refusalOf(() => flaps("", { startPercent, stopPercent }))).toContain(
      `found start ${startPercent}, stop ${stopPercent}: write, for example, start 30 and stop 20`,
    );
  });
});

describe("a threshold", () => {
  const above: Threshold = { direction: "above", raiseAt: 80, clearAt: 70 };
  const below: Threshold = { direction: "below", raiseAt: -27, clearAt: -25 };
  const walk = (threshold: Threshold, values: readonly number[], until = (values.length - 1) * 60) =>
    walkThreshold(
      values.map((value, minute) => ({ at: minute * 60, value })),
      threshold,
      120,
      until,
    ).map(({ at, state, value }) => [at / 60, state, value]);

  it("is breached at its level and cleared at the other, not between", () => {
    expect(walk(above, [79, 80, 75, 71, 70, 75, 79, 81])).toEqual([
      [0, "clear", 79],
      [1, "breached", 80],
      [4, "clear", 70],
      [7, "breached", 81],
    ]);
  });

  it("works downwards, as for the light level of a fibre", () => {
    expect(walk(below, [-26, -27, -26, -25, -26])).toEqual([
      [0, "clear", -26],
      [1, "breached", -27],
      [3, "clear", -25],
    ]);
  });

  it("is unknown without samples, and stays breached across them", () => {
    const samples = [
      { at: 400, value: 75 },
      { at: 0, value: 90 },
      { at: 520, value: 75 },
      { at: 900, value: 10 },
    ];
    expect(walkThreshold(samples, above, 120, 641)).toEqual([
      { at: 0, state: "breached", value: 90 },
      { at: 120, state: "unknown" },
      { at: 400, state: "breached", value: 75 },
      { at: 640, state: "unknown" },
    ]);
    expect(walkThreshold(samples, above, 120, 640)).toHaveLength(3);
    expect(walkThreshold([], above, 120, 640)).toEqual([]);
  });

  it("refuses a clear level at the raise level or beyond", () => {
    expect(refusalOf(() => walk({ ...above, clearAt: 80 }, []))).toContain(
      "expected clearAt below raiseAt 80, as the alarm is for values above it; found 80: write, for example, 75",
    );
    expect(refusalOf(() => walk({ ...below, clearAt: -28 }, []))).toContain(
      "found -28: write, for example, -22",
    );
    expect(refusalOf(() => walk({ ...below, clearAt: -27 }, []))).toContain("clearAt above raiseAt -27");
  });
});
