import { describe, expect, it } from "vitest";
import { connectedSets } from "./tax-set.ts";
import { flatRate } from "./testing/flat-rate.ts";

describe("sets of lines", () => {
  it.each<[string, sets: string[], groups: string[][]]>([
    ["share no tax", ["A", "B"], [["A"], ["B"]]],
    ["share a tax", ["AB", "BC"], [["AB", "BC"]]],
    ["share taxes with one set between them", ["A", "B", "AB"], [["A", "B", "AB"]]],
    ["share a tax with an earlier set of a group", ["AB", "B", "A"], [["AB", "B", "A"]]],
    ["share a tax with a later set of a group", ["B", "AB", "A"], [["B", "AB", "A"]]],
    ["stay apart from a group", ["A", "C", "AB", "D"], [["C"], ["A", "AB"], ["D"]]],
  ])("that %s are rounded together only if a tax connects them", (_, sets, groups) => {
    const taxSets = sets.map((codes, place) => ({
      rates: [...codes].map((code) => flatRate(code, "20")),
      lines: [place],
      gross: 100n,
    }));
    const found = connectedSets(taxSets).map((group) =>
      group.map(({ rates }) => rates.map(({ code }) => code).join("")),
    );
    expect(found).toEqual(groups);
  });
});
