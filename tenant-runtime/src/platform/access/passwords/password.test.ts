import { describe, expect, it } from "vitest";
import { oneTimePassword } from "./password.ts";

describe("a one-time password", () => {
  it("is long, readable and never the same", () => {
    const passwords = Array.from({ length: 100 }, oneTimePassword);
    expect(new Set(passwords).size).toBe(100);
    for (const password of passwords) expect(password).toMatch(/^[a-kmnp-z2-9]{20}$/);
  });
});
