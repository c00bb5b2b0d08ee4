import { describe, expect, it } from "vitest";
import { isAuditClosed, type StorageLevel, storageLevel } from "./storage-level.ts";

describe("the level of a tenant's storage", () => {
  it.each<[number, StorageLevel, StorageLevel]>([
    [0, "open", "open"],
    [79, "open", "open"],
    [80, "open", "near"],
    [99, "near", "near"],
    [100, "near", "full"],
    [149, "open", "closed"],
    [150, "closed", "exhausted"],
    [500, "open", "exhausted"],
    [146, "exhausted", "exhausted"],
    [144, "exhausted", "closed"],
    [109, "full", "full"],
    [110, "full", "closed"],
    [106, "closed", "closed"],
    [104, "closed", "full"],
    [96, "closed", "full"],
    [94, "closed", "near"],
    [76, "full", "near"],
    [74, "full", "open"],
    [74, "near", "open"],
  ])("of %i in 100, coming from %s, is %s", (bytes, before, level) => {
    expect(storageLevel(bytes, 100, before)).toBe(level);
  });
});

describe("audit records", () => {
  it.each<[StorageLevel, number, boolean, boolean]>([
    ["exhausted", 25, false, true],
    ["closed", 24, false, false],
    ["closed", 25, false, true],
    ["closed", 21, true, true],
    ["closed", 19, true, false],
    ["full", 90, false, false],
    ["full", 90, true, false],
  ])(
    "at the level %s that hold %i in 100, refused before: %s, are refused: %s",
    (level, bytes, before, refused) => {
      expect(isAuditClosed(level, bytes, 100, before)).toBe(refused);
    },
  );
});
