import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const engines = fileURLToPath(new URL("../..", import.meta.url));

describe.each(["billing", "network", "support"])("the command line of %s", (program) => {
  it("lists its commands when the given command is unknown", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [`${engines}/${program}/cli/main.mjs`, "quote\u200b"],
      { encoding: "utf8" },
    );
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "INVALID_INPUT" } });
    expect(stderr).toMatch(
      /^input: expected one of \w+, .+; found "quote\\u200b": write one of these commands, see --help\n$/,
    );
  });
});
