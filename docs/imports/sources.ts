import { execFileSync } from "node:child_process";
import { join } from "node:path";

export const checkout = join(import.meta.dirname, "../..");

/** All files of this repository, those that are not committed yet included. */
export function trackedFiles(): string[] {
  const options = { cwd: checkout, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], options)
    .trim()
    .split("\n");
}

/** The sources of programs and tools, without tests, benchmarks and the files that only those use. */
export function sourcesOf(files: readonly string[]): string[] {
  const apart = /\.test\.ts$|vitest[^/]*\.ts$|(^|\/)(test|testing|bench|oracle|fuzz)\//;
  return files.filter((file) => file.endsWith(".ts") && !apart.test(file));
}

/** The folders that the file lies in, the outermost first, each with a slash at its end. */
export function foldersOf(file: string): string[] {
  const parts = file.split("/").slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
}
