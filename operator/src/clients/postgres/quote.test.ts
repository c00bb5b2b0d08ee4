import { describe, expect, it } from "vitest";
import { identifier, literal } from "./quote.ts";

describe("an identifier", () => {
  it.each([
    ["t_abc", '"t_abc"'],
    ['a"; DROP TABLE x; --', '"a""; DROP TABLE x; --"'],
  ])("%s is quoted as %s", (name, quoted) => {
    expect(identifier(name)).toBe(quoted);
  });

  it.each(["", "a\0b", "é".repeat(32)])("%j is refused", (name) => {
    expect(() => identifier(name)).toThrow("1 to 63 bytes");
  });
});

describe("a literal", () => {
  it.each([
    ["it's", "'it''s'"],
    ["a\\b", " E'a\\\\b'"],
  ])("%s is quoted as %s", (text, quoted) => {
    expect(literal(text)).toBe(quoted);
  });
});
