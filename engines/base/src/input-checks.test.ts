import { describe, expect, it } from "vitest";
import { EngineFault, type FaultDetail } from "./engine-fault.ts";
import { InputChecks } from "./input-checks.ts";
import { located } from "./located.ts";
import { pathText } from "./path.ts";

/** Runs the checks of a step and returns their faults, each as `path: message`. */
function findings(step: (checks: InputChecks) => void, outer: (string | number)[] = []): string[] {
  const checks = new InputChecks();
  step(checks);
  try {
    located(outer, () => checks.done());
    return [];
  } catch (fault) {
    expect(fault).toBeInstanceOf(EngineFault);
    expect((fault as EngineFault).code).toBe("FACTS_INVALID");
    return (fault as EngineFault).details.map(
      ({ path, message }: FaultDetail) => `${pathText(path)}: ${message}`,
    );
  }
}

const at = (place: number) => ({ text: `t${place}`, at: place });
const idOf = ({ id }: { id: string }) => id;

describe("checks of an input", () => {
  it("name each repeated name, and the place of its first use", () => {
    const things = ["a", "b", "a", "c", "b", "a"].map((id) => ({ id }));
    expect(findings((checks) => checks.distinct(["list"], things, idOf))).toEqual([
      'list[2].id: expected no "a" twice; found it at list[0].id too: remove or rename one of them',
      'list[4].id: expected no "b" twice; found it at list[1].id too: remove or rename one of them',
      'list[5].id: expected no "a" twice; found it at list[0].id too: remove or rename one of them',
    ]);
    expect(findings((checks) => checks.distinct(["list"], things.slice(0, 2), idOf))).toEqual([]);
    expect(findings((checks) => checks.distinct([], ["x", "x"], (text) => text, []))).toEqual([
      expect.stringMatching(/^\[1\]: .*found it at \[0\] too/),
    ]);
  });

  it("list the known names when a name is unknown", () => {
    const names = (count: number) => new Set(Array.from({ length: count }, (_, index) => `n${index}`));
    const known = (count: number) => findings((checks) => checks.known(["x"], "m", names(count), "lines"))[0];
    expect(known(0)).toBe(
      'x: expected one of the lines; found "m": there are none, add it there or leave this out',
    );
    expect(known(2)).toBe('x: expected one of the lines; found "m": write one of "n0", "n1"');
    expect(known(10)).toMatch(/"n9"$/);
    expect(known(11)).toMatch(/"n9", \.\.\.$/);
    expect(findings((checks) => checks.known(["x"], "n1", names(2), "lines"))).toEqual([]);
  });

  it.each<[number, number, boolean, boolean]>([
    [1, 2, true, true],
    [1, 1, false, true],
    [2, 1, false, false],
  ])("find whether an interval from %i to %i has a length", (from, to, hasLength, isInOrder) => {
    const ends = { from: at(from), to: at(to) };
    expect(findings((checks) => checks.interval([], ends)).length === 0).toBe(hasLength);
    expect(findings((checks) => checks.inclusiveInterval([], ends)).length === 0).toBe(isInOrder);
  });

  it("accept an interval without an end", () => {
    expect(findings((checks) => checks.interval([], { from: at(1), to: undefined }))).toEqual([]);
  });

  it("name both paths from the root of the input", () => {
    const reversed = (checks: InputChecks) => checks.interval([3], { from: at(2), until: at(1) });
    expect(findings(reversed, ["rules"])).toEqual([
      "rules[3].until: expected an end after rules[3].from, which is t2; found t1: exchange or correct them",
    ]);
    expect(() => located(["outer", 1], () => findings(reversed, ["rules"]))).not.toThrow();
  });

  it("keep the order of the two paths through several levels", () => {
    const checks = new InputChecks();
    checks.interval([], { from: at(2), until: at(1) });
    try {
      located(["a", 0], () => located(["b"], () => checks.done()));
      expect.unreachable();
    } catch (fault) {
      expect((fault as EngineFault).details).toMatchObject([
        { path: ["a", 0, "b", "until"], message: expect.stringContaining("after a[0].b.from,") },
      ]);
    }
  });

  it("rethrow other errors unchanged", () => {
    expect(() =>
      located(["a"], () => {
        throw new RangeError("other");
      }),
    ).toThrow(RangeError);
  });
});
