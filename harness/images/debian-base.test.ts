import { describe, expect, it } from "vitest";
import { parseVersions } from "./debian-base.ts";

describe("the packages of a Debian base", () => {
  it("are sorted by name and carry their versions", () => {
    const fields =
      "Package: tzdata\nVersion: 2026f-0+deb12u1\n\nPackage: libc6\nSource: glibc\nVersion: 2.36-9\n";
    expect(parseVersions(fields)).toEqual(["libc6=2.36-9", "tzdata=2026f-0+deb12u1"]);
  });

  it.each(["", "Package: libc6\n"])("must have a name and a version: %j", (fields) => {
    expect(() => parseVersions(fields)).toThrow("Expected a version of each extracted Debian package");
  });
});
