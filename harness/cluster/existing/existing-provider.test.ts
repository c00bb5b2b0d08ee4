import { describe, expect, it } from "vitest";
import { versionObstacle } from "./existing-provider.ts";

describe("the version of an existing cluster", () => {
  it.each([
    ["1", "32"],
    ["1", "33+"],
    ["2", "0"],
  ])("%s.%s is accepted", (major, minor) => {
    expect(versionObstacle(JSON.stringify({ major, minor }))).toBeUndefined();
  });

  it("1.31 is refused, and the error says what to do", () => {
    expect(versionObstacle('{"major":"1","minor":"31+"}')).toMatch(
      /runs Kubernetes 1\.31\+, and 1\.32 or newer is needed: update it/,
    );
  });
});
