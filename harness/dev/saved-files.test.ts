import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isSource, savedFiles } from "./saved-files.ts";

describe("a file of which the runtime is made", () => {
  it.each(["tenant-runtime/src/main.ts", "tenant-runtime/migrations/0003_events.sql", "contract/a.json"])(
    "is %s",
    (file) => expect(isSource(file)).toBe(true),
  );

  it.each([
    "tenant-runtime/src/migrate.test.ts",
    "tenant-runtime/test/testing/process/until.ts",
    "engines/network/bench/main.ts",
    "tenant-runtime/node_modules/pg/index.ts",
    "tenant-runtime/src/.main.ts.swp",
  ])("is not %s", (file) => expect(isSource(file)).toBe(false));
});

describe("saved files", () => {
  let root: string;
  let stop: AbortController;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "dotmac-saved-"));
    await mkdir(join(root, "src/deep"), { recursive: true });
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await rm(root, { recursive: true });
  });

  it("are told one after another, with those that are saved while the consumer is at work", async () => {
    const saved = savedFiles(root, ["src"], stop.signal)[Symbol.asyncIterator]();
    await writeFile(join(root, "src/notes.md"), "");
    await writeFile(join(root, "src/deep/a.ts"), "");
    expect(await saved.next()).toEqual({ done: false, value: "src/deep/a.ts" });
    await writeFile(join(root, "src/b.ts"), "");
    expect(await saved.next()).toEqual({ done: false, value: "src/b.ts" });
  });

  it("end when the signal is aborted", async () => {
    const saved = savedFiles(root, ["src"], stop.signal)[Symbol.asyncIterator]();
    const next = saved.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
