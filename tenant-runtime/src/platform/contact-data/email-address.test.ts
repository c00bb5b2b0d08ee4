import { describe, expect, it } from "vitest";
import { parseEmailAddress } from "./email-address.ts";

describe("an email address", () => {
  it.each([
    ["Ines.Moreau@Example.COM", "ines.moreau@example.com"],
    ["  ines@example.com ", "ines@example.com"],
    ["ines+isp@example.com", "ines+isp@example.com"],
    ["o'brien@example.ie", "o'brien@example.ie"],
    ["josé@exämple.de", "josé@xn--exmple-cua.de"],
    ["jose\u0301@example.es", "jos\u00e9@example.es"],
  ])("%j is compared as %j", (text, normalised) => {
    expect(parseEmailAddress(text)?.normalised).toBe(normalised);
  });

  it.each([
    "",
    "ines",
    "@example.com",
    "ines@",
    "ines@localhost",
    "i nes@example.com",
    ".ines@example.com",
    "ines..m@example.com",
    "ines@exa mple.com",
    "ines@-example.com",
    '"ines"@example.com',
    "ines@example.com\nBcc: x@y.zz",
    "ines@example.com#\r\nBcc: x.zz",
    "ines@exam\nple.com",
    "ines@exam\tple.com",
    "ines@example.com/evil",
    "ines@example.com?subject=hi",
    "ines@example.com#x",
    "ines@example.com\\x.zz",
    "ines@ex%61mple.com",
    "ines@example.com:25",
    "ines@192.0.2.1",
    "ines@0x7f.1",
    "i\u0000nes@example.com",
    "i\u007fnes@example.com",
    "i\u200bnes@example.com",
    "\u202eines@example.com",
    "ines@exam\u200bple.com",
    "ines@exam\u00adple.com",
    "ines@example\u2024com",
    `${"x".repeat(65)}@example.com`,
    "a@b@example.com",
  ])("is not %j", (text) => {
    expect(parseEmailAddress(text)).toBeUndefined();
  });
});
