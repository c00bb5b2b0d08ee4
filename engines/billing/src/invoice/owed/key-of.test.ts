import { describe, expect, it } from "vitest";
import { compareText } from "../../../../base/src/compare-text.ts";
import { keyOf, periodOf, sameKind, sameService, sameThing } from "./key-of.ts";

describe("a key", () => {
  it("is different for different parts, for any characters", () => {
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

  it("is sorted by code units", () => {
    expect(["b", "a", "B", "ä", "a"].sort(compareText)).toEqual(["B", "a", "a", "b", "ä"]);
    expect([compareText("a", "b"), compareText("b", "a"), compareText("a", "a")]).toEqual([-1, 1, 0]);
  });

  it("identifies its item independent of the taxes, and its service independent of plan and price", () => {
    const service = (...parts: string[]) => sameService(keyOf(parts));
    const march = "2026-03-01/2026-04-01";
    expect(sameThing("one-off|router|VAT@20")).toBe(sameThing("one-off|router|GST@5+QST@10"));
    expect(sameThing("one-off|router|VAT@20")).not.toBe(sameThing("one-off|modem|VAT@20"));
    for (const component of ["recurring", "minimum"]) {
      expect(service("a", component, march, "basic", "10.00", "VAT@20")).toBe(
        service("a", component, march, "plus", "20.00", "VAT@10"),
      );
    }
    expect(service("a", "usage", march, "basic", "calls", "0", "VAT@20")).toBe(
      service("a", "usage", march, "plus", "calls", "1", ""),
    );
    const others = [
      ["a", "recurring", march, "basic", "10.00", ""],
      ["b", "recurring", march, "basic", "10.00", ""],
      ["a", "minimum", march, "basic", "10.00", ""],
      ["a", "recurring", "2026-04-01/2026-05-01", "basic", "10.00", ""],
      ["a", "usage", march, "basic", "calls", "0", ""],
      ["a", "usage", march, "basic", "texts", "0", ""],
      ["one-off", "a", ""],
      ["top-up", "a", ""],
    ];
    expect(new Set(others.map((parts) => service(...parts))).size).toBe(others.length);
  });

  it("names the dates that it pays for, and what it pays for apart from them", () => {
    const [march, april] = ["2026-03-01/2026-04-01", "2026-04-01/2026-05-01"];
    const kind = (...parts: string[]) => sameKind(keyOf(parts));
    expect(periodOf(keyOf(["a", "recurring", march, "basic", "10.00", ""]))).toEqual({
      from: "2026-03-01",
      to: "2026-04-01",
    });
    expect(periodOf("one-off|router|VAT@20")).toBeUndefined();
    expect(kind("a", "recurring", march, "basic", "10.00", "VAT@20")).toBe(
      kind("a", "recurring", april, "plus", "20.00", ""),
    );
    expect(kind("a", "usage", march, "basic", "calls", "0", "")).toBe(
      kind("a", "usage", april, "basic", "calls", "0", ""),
    );
    const others = [
      ["a", "recurring", march, "basic", "10.00", ""],
      ["b", "recurring", march, "basic", "10.00", ""],
      ["a", "minimum", march, "basic", "10.00", ""],
      ["a", "usage", march, "basic", "calls", "0", ""],
      ["a", "usage", march, "basic", "texts", "0", ""],
      ["one-off", "a", ""],
    ];
    expect(new Set(others.map((parts) => kind(...parts))).size).toBe(others.length);
  });
});
