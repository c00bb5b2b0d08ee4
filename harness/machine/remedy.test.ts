import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { remedyFor } from "./remedy.ts";

const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

describe("the advice after a failure", () => {
  it.runIf(process.platform === "linux")(
    "is to free disk space when the disk is full, for each program's message",
    async () => {
      const ofNode = await failureOf(writeFile("/dev/full", "text"));
      const ofProgram = await failureOf(promisify(execFile)("sh", ["-c", "echo text | cat >/dev/full"]));
      for (const failure of [
        ofNode,
        ofProgram,
        new Error("The image could not be built.", { cause: ofNode }),
      ])
        expect(remedyFor(failure)).toContain("The disk is full. Free some of it");
    },
  );

  it("is to check the network when a registry does not answer", async () => {
    const failure = await failureOf(once(connect(1, "127.0.0.1"), "connect"));
    expect(remedyFor(failure)).toContain("A registry or mirror does not answer. Check the network");
  });

  it("is the failure's own message otherwise", () => {
    expect(remedyFor(new Error("main.go:3:1: syntax error"))).toBeUndefined();
  });
});
