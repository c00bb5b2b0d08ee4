import { describe, expect, it } from "vitest";
import { cpuQuantity, memoryQuantity, parseQuantity } from "./quantity.ts";

describe("a quantity", () => {
  it.each([
    ["250m", 0.25],
    [2, 2],
    ["1.5", 1.5],
    ["512Mi", 536_870_912],
    ["1G", 1e9],
    ["1e3", 1000],
  ])("%s is worth %d", (quantity, value) => {
    expect(parseQuantity(quantity)).toBeCloseTo(value, 9);
  });

  it("of another form is refused", () => {
    expect(() => parseQuantity("1 GB")).toThrow("Kubernetes quantity");
  });

  it.each([
    [0.55, "550m"],
    [3, "3"],
    [0.1 + 0.2, "300m"],
  ])("of %d cores is written %s", (cores, text) => {
    expect(cpuQuantity(cores)).toBe(text);
  });

  it.each([
    [1_610_612_736, "1536Mi"],
    [2 ** 31, "2Gi"],
    [1000, "1000"],
  ])("of %d bytes is written %s", (bytes, text) => {
    expect(memoryQuantity(bytes)).toBe(text);
  });
});
