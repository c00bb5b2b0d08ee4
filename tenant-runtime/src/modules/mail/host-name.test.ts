import { describe, expect, it } from "vitest";
import { hostName } from "./host-name.ts";

describe("the name of a mail server", () => {
  it.each([
    ["smtp.example.com", "smtp.example.com"],
    ["SMTP.Example.com", "smtp.example.com"],
    ["xn--mller-kva.example", "xn--mller-kva.example"],
  ])("%s is taken as %s", (written, name) => {
    expect(hostName().parse(written)).toBe(name);
  });

  it.each([
    "localhost",
    "10.0.0.1",
    "0x7f.1",
    "::1",
    "[::1]",
    "smtp.example.com:25",
    "smtp.example.com\r\nX: 1",
    "user@smtp.example.com",
    "smtp..example.com",
    "-smtp.example.com",
    "smtp example.com",
    "müller.example",
    "",
  ])("%j is refused", (written) => {
    const { success, error } = hostName().safeParse(written);
    expect(success).toBe(false);
    expect(error?.issues[0]?.message).toMatch(
      /^write the name of a host|^write the name of the host instead/,
    );
  });
});
