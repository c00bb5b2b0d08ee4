import { describe, expect, it } from "vitest";
import { cpuQuantity, memoryQuantity, parseQuantity, sameQuantity } from "./quantity.ts";

describe("a quantity", () => {
  it.each([
    ["1n", 1e-9],
    ["1u", 1e-6],
    ["250m", 0.25],
    [2, 2],
    ["1.5", 1.5],
    ["1.", 1],
    [".5", 0.5],
    ["1k", 1e3],
    ["1M", 1e6],
    ["1G", 1e9],
    ["1T", 1e12],
    ["2P", 2e15],
    ["2E", 2e18],
    ["1Ki", 2 ** 10],
    ["512Mi", 2 ** 29],
    ["1Gi", 2 ** 30],
    ["1.5Gi", 1.5 * 2 ** 30],
    ["1Ti", 2 ** 40],
    ["3Pi", 3 * 2 ** 50],
    ["3Ei", 3 * 2 ** 60],
    ["1e3", 1_000],
    ["1E3", 1_000],
    ["12e6", 12_000_000],
    ["1.5e+3", 1_500],
    ["5e-1", 0.5],
    ["+1", 1],
    ["-1.5Gi", -1.5 * 2 ** 30],
    ["0", 0],
  ])("%s is worth %d", (quantity, value) => {
    expect(parseQuantity(quantity)).toBe(value);
  });

  it.each([
    "",
    "1 GB",
    "1GB",
    "Mi",
    ".",
    "1.2.3",
    "1K",
    "1ki",
    "1e",
    "1e3Mi",
    "1.5e.5",
    "--1",
    "0x10",
    "1e3 ",
  ])("cannot have the form %j", (text) => {
    expect(() => parseQuantity(text)).toThrow("Kubernetes quantity");
    expect(sameQuantity(text, text)).toBe(false);
  });

  it.each([
    ["0.5", "500m", true],
    ["1024Mi", "1Gi", true],
    ["1e3", "1k", true],
    ["1E3", "1e3", true],
    ["1E", "1e18", true],
    ["1.5Gi", "1536Mi", true],
    ["-1", "-1000m", true],
    ["1", "-1", false],
    ["-0", "0", true],
    ["1G", "1Gi", false],
    ["20500u", "21m", true],
    [".0201", "21m", true],
    ["20500u", "20m", false],
    ["134217729.5", "134217729500m", true],
    ["123456789012345678", "123456789012345679", false],
  ])("%s and %s are the same: %s", (a, b, same) => {
    expect(sameQuantity(a, b)).toBe(same);
  });

  it.each([
    ["0.0000000001", "1n"],
    ["-0.0000000001", "-1n"],
    ["1e-1000000000", "1n"],
    ["8Ei", "9223372036854775807"],
    ["1e20", "9223372036854775807"],
    ["-1e1000000000", "-9223372036854775807"],
    ["0e1000000000", "0"],
  ])("%s, which is finer or larger than the API server keeps, is read as %s", (text, kept) => {
    expect(sameQuantity(text, kept)).toBe(true);
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
