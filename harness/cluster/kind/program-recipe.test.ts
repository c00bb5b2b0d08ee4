import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { moduleDirectory } from "../../binaries/builds.ts";
import { goToolchain } from "../../binaries/go-arguments.ts";
import { programRecipe } from "./program-recipe.ts";

it.each([
  ["vault", "github.com/hashicorp/vault"],
  ["gateway", "./cmd/gateway"],
] as const)(
  "compiles %s from the native cluster's module, with the same Go as all programs",
  async (name, PACKAGE) => {
    const { args, extra, context } = programRecipe(name);
    expect(extra).toEqual({ module: moduleDirectory(name) });
    expect(args).toMatchObject({ NAME: name, PACKAGE, GO: goToolchain });
    const lines = args?.GO_SUMS?.split("\n") ?? [];
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^[0-9a-f]{64} {2}go1\.\d+\.\d+\.linux-(amd|arm)64$/);
    expect(lines.every((line) => line.includes(`  ${goToolchain}.linux-`))).toBe(true);
    const declared = (await readFile(join(context, "Dockerfile"), "utf8")).match(/^ARG (\w+)/gm);
    expect(declared).toEqual(expect.arrayContaining(Object.keys(args ?? {}).map((each) => `ARG ${each}`)));
  },
);
