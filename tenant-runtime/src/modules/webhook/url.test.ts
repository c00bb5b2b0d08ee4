import { describe, expect, it } from "vitest";
import { receiverUrl } from "./url.ts";

const messageOf = (written: unknown) => receiverUrl().safeParse(written).error?.issues[0]?.message;

describe("the address of a receiver", () => {
  it.each([
    ["https://example.com", "https://example.com/"],
    ["HTTPS://Example.COM:8443/hooks?token=1", "https://example.com:8443/hooks?token=1"],
    ["https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"],
  ])("%s is kept in its canonical form", (written, kept) => {
    expect(receiverUrl().parse(written)).toBe(kept);
  });

  it.each<[unknown, RegExp]>([
    [42, /^write an address such as https/],
    ["", /^write an address such as https/],
    ["example.com/hooks", /^write an address such as https/],
    ["https://exa mple.com", /^write an address such as https/],
    ["https://example.com/\nhooks", /^write an address such as https/],
    ["http://example.com", /begins with https/],
    ["ftp://example.com", /begins with https/],
    ["https://ann:secret@example.com", /^leave out the user name and the password/],
    ["https://@example.com", /^leave out the user name and the password/],
    ["https://example.com/#part", /^leave out the #/],
    ["https://example.com/#", /^leave out the #/],
    ["https://10.0.0.1/", /^write the name of the host/],
    ["https://0x7f.1/", /^write the name of the host/],
    ["https://2130706433/", /^write the name of the host/],
    ["https://127.0.0.1./", /^write the name of the host/],
    ["https://[::1]/", /^write the name of the host/],
    ["https://[::ffff:10.0.0.1]/", /^write the name of the host/],
    [`https://example.com/${"a".repeat(2_029)}`, /^write at most 2048 bytes/],
    [`https://example.com/${"ü".repeat(400)}`, /^write at most 2048 bytes/],
  ])("%s is refused with advice", (written, advice) => {
    expect(messageOf(written)).toMatch(advice);
  });

  it("may have 2048 bytes", () => {
    const longest = `https://example.com/${"a".repeat(2_028)}`;
    expect(receiverUrl().parse(longest)).toBe(longest);
  });
});
