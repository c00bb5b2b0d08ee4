import { describe, expect, it } from "vitest";
import { compareText } from "../../../../base/src/compare-text.ts";
import { keyOf } from "./key-of.ts";

describe("a key", () => {
  it("is different for different parts, whatever characters they hold", () => {
    const parts = [
      ["a", "b|c"],
      ["a|b", "c"],
      ["a", "b%7Cc"],
      ["a", "b", "c"],
      ["a%7Cb", "c"],
      ["a%25", "c"],
      ["a%", "c"],
    ];
    expect(new Set(parts.map(keyOf)).size).toBe(parts.length);
    expect(keyOf(["fibre-1", "2026-03-01/2026-04-01"])).toBe("fibre-1|2026-03-01/2026-04-01");
  });

  it("has its place by code units", () => {
    expect(["b", "a", "B", "ä", "a"].sort(compareText)).toEqual(["B", "a", "a", "b", "ä"]);
    expect([compareText("a", "b"), compareText("b", "a"), compareText("a", "a")]).toEqual([-1, 1, 0]);
  });
});
