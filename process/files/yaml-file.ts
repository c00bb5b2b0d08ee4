import { parseDocument } from "yaml";
import type { z } from "zod";
import { FileFault } from "./file-fault.ts";
import { parsedBy } from "./parsed-by.ts";

/** Parses the text of the YAML file at `path`. An empty file counts as an object without fields. @throws FileFault */
export function parseYamlFile<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  path: string,
): z.output<Schema> {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault) throw new FileFault(`${path}: is not YAML: ${fault.message}`);
  return parsedBy(schema, document.toJS() ?? {}, path);
}
