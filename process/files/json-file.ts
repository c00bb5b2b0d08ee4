import type { z } from "zod";
import { FileFault } from "./file-fault.ts";
import { parsedBy } from "./parsed-by.ts";
import { readText } from "./read-text.ts";

/** Reads a JSON file of this shape. @throws FileFault */
export function readJsonFile<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> {
  return parsedBy(schema, parse(path, readText(path)), path);
}

// The parser's own message quotes the text, which may hold a secret.
function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FileFault(`${path}: is not JSON: write one JSON object as UTF-8`);
  }
}
