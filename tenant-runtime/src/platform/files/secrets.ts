import { existsSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { secretFiles } from "../../../../contract/secret-files.ts";
import { readJsonFile } from "../../../../process/files/json-file.ts";
import type { Log } from "../../../../process/log.ts";
import { type Watched, watchDirectory } from "./watched-file.ts";

type JsonFiles = Readonly<Record<`${string}.json`, z.ZodType>>;

/** Followed files by their names without `.json`. */
export type Followed<Files extends JsonFiles> = {
  readonly [Name in keyof Files as Name extends `${infer Short}.json` ? Short : never]: Watched<
    z.output<Files[Name]>
  >;
} & { close(): void };

/** The tenant's secrets. Each is followed, so that a rotation reaches the process without a restart. */
export type Secrets = Followed<typeof secretFiles>;

/** Reads every secret file. Throws FileFault for the first missing or invalid one. */
export function openSecrets(directory: string, log: Log): Secrets {
  return followFiles(directory, secretFiles, log);
}

/**
 * Reads all files and follows them. A file whose schema is optional is `undefined` while it is missing. Throws FileFault
 * for another missing file, and for the first invalid one.
 */
export function followFiles<Files extends JsonFiles>(
  directory: string,
  files: Files,
  log: Log,
): Followed<Files> {
  const opened = Object.entries(files).map(([name, schema]) => {
    const path = join(directory, name);
    const mayBeMissing = schema.safeParse(undefined).success;
    const read = () => (mayBeMissing && !existsSync(path) ? undefined : readJsonFile(path, schema));
    return { short: name.replace(/\.json$/, ""), file: watchDirectory({ directory, name, read, log }) };
  });
  return {
    ...Object.fromEntries(opened.map(({ short, file }) => [short, file])),
    close: () => opened.forEach(({ file }) => void file.close()),
  } as Followed<Files>;
}
