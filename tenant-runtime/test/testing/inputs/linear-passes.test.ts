import { describe, expect, it } from "vitest";
import { linearPasses, mostPasses } from "./linear-passes.ts";

const keys = Array.from({ length: 20_000 }, (_, index) => `key${index}`);

describe("the measure of work on a text", () => {
  it("is low for work that grows with the length", () => {
    expect(linearPasses(() => keys.length - new Set(keys).size)).toBeLessThan(mostPasses);
    expect(linearPasses(() => JSON.parse(JSON.stringify(keys)))).toBeLessThan(mostPasses);
  });

  it("is high for work that grows with the square of the length", () => {
    expect(linearPasses(() => `${" ".repeat(28_000)}x`.replace(/ +$/, ""))).toBeGreaterThan(mostPasses);
  });
});
