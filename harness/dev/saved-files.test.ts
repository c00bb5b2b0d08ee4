import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
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

  it("include one that is written beside and renamed into its place, each time, and one that is written in place after it", async () => {
    const file = join(root, "src/deep/a.ts");
    await writeFile(file, "");
    const saved = savedFiles(root, ["src"], stop.signal)[Symbol.asyncIterator]();
    for (const text of ["1", "2", "3"]) {
      await writeFile(`${file}.tmp`, text);
      await rename(`${file}.tmp`, file);
      expect(await saved.next()).toEqual({ done: false, value: "src/deep/a.ts" });
    }
    await appendFile(file, "4");
    expect(await saved.next()).toEqual({ done: false, value: "src/deep/a.ts" });
  });

  it("include those of a folder that comes later, and of one that is replaced", async () => {
    const saved = savedFiles(root, ["src"], stop.signal)[Symbol.asyncIterator]();
    await mkdir(join(root, "src/new/deep"), { recursive: true });
    await writeFile(join(root, "src/new/deep/a.ts"), "");
    expect(await saved.next()).toEqual({ done: false, value: "src/new/deep/a.ts" });
    await mkdir(join(root, "other"));
    await writeFile(join(root, "other/b.ts"), "");
    await rm(join(root, "src/new"), { recursive: true });
    expect(await saved.next()).toEqual({ done: false, value: "src/new/deep/a.ts" });
    await rename(join(root, "other"), join(root, "src/new"));
    expect(await saved.next()).toEqual({ done: false, value: "src/new/b.ts" });
    await appendFile(join(root, "src/new/b.ts"), "1");
    expect(await saved.next()).toEqual({ done: false, value: "src/new/b.ts" });
  });

  it("are none of folders with other files", async () => {
    await mkdir(join(root, "src/node_modules/deep"), { recursive: true });
    const saved = savedFiles(root, ["src"], stop.signal)[Symbol.asyncIterator]();
    await writeFile(join(root, "src/node_modules/deep/a.ts"), "");
    await mkdir(join(root, "src/test"));
    await writeFile(join(root, "src/test/a.ts"), "");
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
