import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { silent } from "../machine/progress.ts";
import { buildBinaries } from "./build-binaries.ts";
import type { Build } from "./builds.ts";

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "dotmac-build-"));
  // Go's own cache is separate from the harness's, so earlier compilations stay useful.
  const { stdout } = await execa("go", ["env", "GOCACHE"]);
  vi.stubEnv("GOCACHE", stdout);
  vi.stubEnv("XDG_CACHE_HOME", cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

/** The smallest program of a module, which needs only Go's standard library. */
const pause: Build = {
  name: "pause",
  module: "kubernetes",
  packages: ["./cmd/pause"],
  outputs: ["pause"],
  coldSeconds: 5,
};

it("names the modules that could not be fetched, in Go's words", async () => {
  vi.stubEnv("GOMODCACHE", join(cache, "modules"));
  vi.stubEnv("GOPROXY", "http://127.0.0.1:1");
  await expect(buildBinaries([pause], silent)).rejects.toThrow(
    /^The modules of pause could not be fetched:\n(.*\n)*.*127\.0\.0\.1:1.*connection refused/,
  );
});

it("shows the compiler's error, without the list of compiled packages", {
  timeout: 60_000,
}, async () => {
  const broken = { ...pause, ldflags: "-X nonsense" };
  const failure = await buildBinaries([broken], silent).catch((error: Error) => error.message);
  expect(failure).toMatch(/^Building pause failed:\n/);
  expect(failure).toContain("-X flag requires argument");
  expect(failure).not.toMatch(/^internal\/\w+$/m);
});
