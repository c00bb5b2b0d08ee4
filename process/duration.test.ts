import { describe, expect, it } from "vitest";
import { isDuration, parseDuration } from "./duration.ts";

describe("a duration", () => {
  it.each([
    ["168h", 604_800_000],
    ["1h30m", 5_400_000],
    ["90s", 90_000],
    ["0s", 0],
  ])("%s has %d milliseconds", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
    expect(isDuration(text)).toBe(true);
  });

  it.each(["", "7d", "h"])("%j is refused", (text) => {
    expect(() => parseDuration(text)).toThrow("168h");
    expect(isDuration(text)).toBe(false);
  });
});
