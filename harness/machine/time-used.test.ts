import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { childrenCpuSeconds, timeUsed } from "./time-used.ts";

describe("the time that a command used", () => {
  it.each([
    [54.1, 42, "Done in 54 s; 0.7 CPU minutes."],
    [1_260, 2_280, "Done in 21 min; 38 CPU minutes."],
    [1_260, undefined, "Done in 21 min."],
  ])("of %s s and %s s of CPU is told: %s", (seconds, cpuSeconds, text) => {
    expect(timeUsed(seconds, cpuSeconds)).toBe(text);
  });

  it.runIf(process.platform === "linux")("includes the CPU time of children that have ended", () => {
    const before = childrenCpuSeconds() ?? 0;
    const script =
      "for (let n = 0; n < 3e8; n++); const { user, system } = process.cpuUsage(); console.log(user + system)";
    const used = Number(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })) / 1e6;
    const ticks = 0.05;
    expect((childrenCpuSeconds() ?? 0) - before).toBeGreaterThan(used - ticks);
  });
});
