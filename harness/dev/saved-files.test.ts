import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isSource, savedFiles } from "./saved-files.ts";

describe("a source file of the runtime", () => {
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

describe("the list of saved files", () => {
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

  it("returns one file after another, including those that are saved meanwhile", async () => {
    const saved = savedFiles(root, ["src"], stop.signal)[Symbol.asyncIterator]();
    await writeFile(join(root, "src/notes.md"), "");
    await writeFile(join(root, "src/deep/a.ts"), "");
    expect(await saved.next()).toEqual({ done: false, value: "src/deep/a.ts" });
    await writeFile(join(root, "src/b.ts"), "");
    expect(await saved.next()).toEqual({ done: false, value: "src/b.ts" });
  });

  it("includes a file that is written elsewhere and renamed, each time, and a file that is then written in place", async () => {
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

  it("includes files of a new folder and of a replaced folder", async () => {
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

  it("includes no files of other folders", async () => {
    await mkdir(join(root, "src/node_modules/deep"), { recursive: true });
    const saved = savedFiles(root, ["src"], stop.signal)[Symbol.asyncIterator]();
    await writeFile(join(root, "src/node_modules/deep/a.ts"), "");
    await mkdir(join(root, "src/test"));
    await writeFile(join(root, "src/test/a.ts"), "");
    await writeFile(join(root, "src/b.ts"), "");
    expect(await saved.next()).toEqual({ done: false, value: "src/b.ts" });
  });

  it("ends when the signal is aborted", async () => {
    const saved = savedFiles(root, ["src"], stop.signal)[Symbol.asyncIterator]();
    const next = saved.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
