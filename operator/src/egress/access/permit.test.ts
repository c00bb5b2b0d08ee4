import { describe, expect, it } from "vitest";
import { sampleTenant } from "../../tenant/testing/sample-blueprint.ts";
import { Refusal } from "../request/refusal.ts";
import { parseTarget, type Target } from "../request/target.ts";
import { refusalBySpec } from "./permit.ts";

const egress = [
  { host: "smtp.example.com", port: 587 },
  { host: "smtp.example.com", port: 465 },
  { host: "2a00:0db8:0:0::1", port: 443 },
];

function refusal(target: string, spec: object = {}, deletionTimestamp?: string): Refusal | undefined {
  const { metadata, ...tenant } = sampleTenant({ egress, ...spec });
  const parsed = parseTarget(target) as Target;
  return refusalBySpec(
    { ...tenant, metadata: deletionTimestamp ? { ...metadata, deletionTimestamp } : metadata },
    parsed,
  );
}

describe("the allowed targets of a tenant", () => {
  it.each(["smtp.example.com:587", "SMTP.Example.com:465", "smtp.example.com.:587", "[2A00:db8::1]:443"])(
    "include those in its spec, in each spelling: %s",
    (target) => {
      expect(refusal(target)).toBeUndefined();
    },
  );

  it.each([
    ["another host", "example.com:587", 'add {host: "example.com", port: 587} to spec.egress'],
    ["a host below a listed one", "mx.smtp.example.com:587", 'host: "mx.smtp.example.com"'],
    ["another port", "smtp.example.com:25", "of this host only port 587, 465 is listed"],
    ["another address", "[2a00:db8::2]:443", "may not reach [2a00:db8::2]:443"],
    ["a number that is no address", "127.1:443", 'host: "127.1"'],
  ])("do not include %s", (_what, target, words) => {
    expect(refusal(target)).toMatchObject({ reason: "not-listed", message: expect.stringContaining(words) });
  });

  it("are none without a list", () => {
    expect(refusal("smtp.example.com:587", { egress: undefined })?.reason).toBe("not-listed");
  });

  it("are none while it is suspended or being deleted", () => {
    expect(refusal("smtp.example.com:587", { suspended: true })).toMatchObject({ reason: "suspended" });
    expect(refusal("smtp.example.com:587", {}, "2026-01-01T00:00:00Z")).toMatchObject({ reason: "deleting" });
  });
});

describe("a target", () => {
  it.each([
    ["example.com:443", { host: "example.com", port: 443 }],
    ["192.0.2.1:1", { host: "192.0.2.1", port: 1 }],
    ["[2001:DB8:0:0:0:0:0:1]:65535", { host: "2001:db8::1", port: 65_535 }],
    ["_dmarc.example.com:53", { host: "_dmarc.example.com", port: 53 }],
  ])("is read from %s", (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  it.each([
    "example.com",
    "example.com:",
    "example.com:0",
    "example.com:65536",
    "example.com:https",
    ":443",
    ".:443",
    "[example.com]:443",
    "[192.0.2.1]:443",
    "[::1:443",
    "2001:db8::1:443",
    "[fe80::1%eth0]:443",
    "https://example.com:443",
    "user@example.com:443",
    "exam ple.com:443",
    "",
    `${"a".repeat(400)}:443`,
  ])("is not %s", (text) => {
    const found = parseTarget(text);
    expect(found).toBeInstanceOf(Refusal);
    expect(found).toMatchObject({
      reason: "bad-request",
      message: expect.stringContaining("such as smtp.example.com:587"),
    });
  });
});
