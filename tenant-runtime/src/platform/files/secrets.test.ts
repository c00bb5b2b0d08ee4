import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { sampleSecretFiles } from "../../../../contract/samples/secret-files.ts";
import { secretFiles } from "../../../../contract/secret-files.ts";
import { createLogger } from "../../../../process/log.ts";
import { CredentialsInUse } from "./credentials-in-use.ts";
import { type Followed, followFiles, openSecrets } from "./secrets.ts";

const log = createLogger("error");
const login = z.strictObject({ user: z.string() });
const files = { "database.json": login, "objects.json": login.optional() };

let directory: string;
let opened: Followed<typeof files> | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dotmac-secrets-"));
});
afterEach(() => {
  opened?.close();
  opened = undefined;
  rmSync(directory, { recursive: true });
});

function write(name: string, content: object): void {
  writeFileSync(join(directory, "new"), JSON.stringify(content));
  renameSync(join(directory, "new"), join(directory, name));
}

describe("the files of secrets", () => {
  it("are followed under their names without the file extension", () => {
    write("database.json", { user: "a" });
    opened = followFiles(directory, files, log);
    expect(opened.database.current()).toEqual({ user: "a" });
  });

  it.each(Object.keys(secretFiles))("stop the start when %s is missing, with its name", (missing) => {
    for (const [name, content] of Object.entries(sampleSecretFiles))
      if (name !== missing) write(name, content);
    expect(() => openSecrets(directory, log)).toThrow(
      `${join(directory, missing)}: there is no such file: mount or write it`,
    );
  });

  it("of a later operator may be missing, and are followed once they exist", async () => {
    write("database.json", { user: "a" });
    opened = followFiles(directory, files, log);
    const { objects } = opened;
    expect(objects.current()).toBeUndefined();
    const changed = new Promise((resolve) => objects.onChange(resolve));
    write("objects.json", { user: "o" });
    expect(await changed).toEqual({ user: "o" });
    expect(objects.current()).toEqual({ user: "o" });
  });

  it("stop the start when an optional one is invalid", () => {
    write("database.json", { user: "a" });
    write("objects.json", {});
    expect(() => followFiles(directory, files, log)).toThrow(/objects\.json: user: /);
  });
});

describe("the credentials in use", () => {
  it("are listed by name, each once, also those of a server that is added", () => {
    const credentials = new CredentialsInUse();
    expect(credentials.report()).toEqual({ database: [], redis: [], auth: [] });
    credentials.add("redis", () => ["digest"]);
    credentials.add("redis", () => ["digest", "another"]);
    credentials.add("objects", () => ["o"]);
    expect(credentials.report()).toEqual({
      database: [],
      redis: ["digest", "another"],
      auth: [],
      objects: ["o"],
    });
  });
});
