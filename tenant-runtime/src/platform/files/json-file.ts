import { readFileSync } from "node:fs";
import type { z } from "zod";
import { explainIssue } from "../base/explain-issue.ts";
import { issueFaults } from "../base/issue-details.ts";

/** A file from outside that cannot be used, with every fault in one line. */
export class FileFault extends Error {
  override readonly name = "FileFault";
}

/** Reads a JSON file of this shape. Throws FileFault, which names the file, each field and what to write. */
export function readJsonFile<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(parse(path, readText(path)), { error: explainIssue });
  if (result.success) return result.data;
  const faults = issueFaults(result.error).map(
    ({ field, message }) => `${field || "(the file)"}: ${message}`,
  );
  throw new FileFault(`${path}: ${faults.join("; ")}`);
}

/** Reads a text file. Throws FileFault with what was expected there. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" ? "there is no such file: mount or write it" : `cannot be read (${code})`;
    throw new FileFault(`${path}: ${reason}`, { cause: error });
  }
}

// The parser's own message quotes the text, which may hold a secret.
function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FileFault(`${path}: is not JSON: write one JSON object as UTF-8`);
  }
}
