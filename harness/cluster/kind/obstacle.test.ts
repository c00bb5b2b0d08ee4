import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { kindObstacle, kindVersionObstacle } from "./obstacle.ts";

describe("kind", () => {
  it.each([
    "kind v0.33.0 go1.26.11 linux/amd64",
    "kind v0.40.1 go1.30 linux/arm64",
    "kind v1.0.0-alpha go1.30",
  ])("is new enough when its version is %s", (answer) => {
    expect(kindVersionObstacle(answer)).toBeUndefined();
  });

  it.each(["kind v0.32.0 go1.26 linux/amd64", "kind v0.4.0", "", "kind (unknown)"])(
    "must be updated when its version is %j",
    (answer) => {
      expect(kindVersionObstacle(answer)).toBe(
        `kind 0.33 or later is needed, and \`kind version\` says "${answer}"; install it from https://kind.sigs.k8s.io`,
      );
    },
  );
});

describe.runIf(process.platform === "linux")("the check of kind's programs", () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "dotmac-path-"));
    vi.stubEnv("PATH", path);
    vi.stubEnv("KIND_NODE_IMAGE", "registry.test/node:v1.37.9");
    for (const tool of ["docker", "kubectl", "helm"]) await program(tool, "exit 0");
    await program("kind", "echo kind v0.33.0 go1.26.11 linux/amd64");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(path, { recursive: true });
  });

  async function program(name: string, script: string): Promise<void> {
    await writeFile(join(path, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(path, name), 0o755);
  }

  it("finds no obstacle when all programs work", async () => {
    expect(await kindObstacle()).toBeUndefined();
  });

  it.each([
    ["there is no engine", "exit 1", "no container engine answers to `docker info`"],
    ["docker has no BuildKit", '[ "$1$DOCKER_BUILDKIT" != build1 ]', "install the plugin buildx"],
    [
      "the node's image cannot be found",
      '[ "$1" = info ] || [ "$1" = build ]',
      "registry.test/node:v1.37.9 cannot be pulled",
    ],
  ])("reports that %s", async (_, script, words) => {
    await program("docker", script);
    expect(await kindObstacle()).toContain(words);
  });

  it.each(["kind", "kubectl", "helm"])("says where to install %s", async (tool) => {
    await rm(join(path, tool));
    expect(await kindObstacle()).toMatch(
      new RegExp(`^"${tool}" is not on the PATH; install it from https://`),
    );
  });
});
