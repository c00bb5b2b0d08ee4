import { describe, expect, it } from "vitest";
import { longestBounceLocalPart, messageOfMessageId, messageOfSender, senderOf } from "./sender.ts";

const id = "0f8e2c1a-7d55-4c3b-9a53-0a4f6c6f2f10";

describe("a sender of its own", () => {
  it("names its message, in any spelling that servers make of it", () => {
    const sender = senderOf("bounces@north.example", id);
    expect(sender).toBe("bounces+0f8e2c1a7d554c3b9a530a4f6c6f2f10@north.example");
    expect(messageOfSender(sender)).toBe(id);
    expect(messageOfSender(`"Bounces" <${sender.toUpperCase()}>`)).toBe(id);
  });

  it("has a local part of at most 64 bytes", () => {
    const sender = senderOf(`${"b".repeat(longestBounceLocalPart)}@north.example`, id);
    expect(sender.indexOf("@")).toBe(64);
  });

  it.each(["bounces@north.example", "bounces+x@north.example", "", "+0f8e2c1a7d554c3b9a530a4f6c6f2f1@x"])(
    "is not %j",
    (address) => {
      expect(messageOfSender(address)).toBeUndefined();
    },
  );
});

describe("a Message-ID", () => {
  it.each([
    [`<${id}@north.example>`, id],
    [` ${id.toUpperCase()}@north.example`, id],
    ["<other@north.example>", undefined],
    [`<x${id}@north.example>`, undefined],
  ])("%j names %s", (written, expected) => {
    expect(messageOfMessageId(written)).toBe(expected);
  });
});
