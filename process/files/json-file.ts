import type { z } from "zod";
import { FileFault } from "./file-fault.ts";
import { parsedBy } from "./parsed-by.ts";
import { readText } from "./read-text.ts";

/** Reads a JSON file of this schema. @throws FileFault */
export function readJsonFile<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> {
  return parsedBy(schema, parse(path, readText(path)), path);
}

// Drops the parser's own message, because it quotes the text, which may contain a secret.
function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FileFault(`${path}: is not JSON: write one JSON object as UTF-8`);
  }
}
