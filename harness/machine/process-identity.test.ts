import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { isAlive, processIdentity } from "./process-identity.ts";

describe("a recorded process", () => {
  it("is alive while it runs and not after", async () => {
    const child = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"]);
    const identity = processIdentity(child.pid as number);
    expect(identity && isAlive(identity)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(identity && isAlive(identity)).toBe(false);
  });

  it("is not confused with another process with the same pid", () => {
    const me = processIdentity(process.pid);
    expect(me && isAlive({ ...me, startTime: `${me.startTime}1` })).toBe(false);
  });
});
