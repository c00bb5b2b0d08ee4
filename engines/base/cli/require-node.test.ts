import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const engines = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the file of a program in a process that takes itself for another version of Node.js. */
function runAs(version: string, program: string) {
  const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });
    process.argv.splice(1, 0, "main");
    await import("${engines}/${program}/cli/main.mjs");`;
  return spawnSync(process.execPath, ["--input-type=module", "--eval", pretend], { encoding: "utf8" });
}

describe.each(["billing", "network", "support"])("the command line of %s", (program) => {
  it("names the required Node.js version when the running one is too old", () => {
    expect(runAs("20.20.2", program)).toMatchObject({
      status: 1,
      stdout: "",
      stderr:
        'expected Node.js 24 or later; found 20.20.2: install it, or run "npm ci" in the checkout and then "npm run", which has its own\n',
    });
  });

  it("runs with the first supported version", () => {
    const { status, stdout } = runAs("24.0.0", program);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${program} <command>: reads one JSON object`));
  });
});
