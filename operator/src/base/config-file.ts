import { z } from "zod";
import { isDuration, parseDuration } from "../../../process/duration.ts";
import { readText } from "../../../process/files/read-text.ts";
import { parseYamlFile } from "../../../process/files/yaml-file.ts";
import { parseQuantity } from "../../../process/quantity.ts";

/** A port to listen on or to connect to. */
export const port = z.int().min(1).max(65535);

/** An amount in Kubernetes' notation. The parsed value is in bytes. */
export const bytes = z
  // YAML reads an amount without a unit as a number. As text it gets the error that names the unit.
  .preprocess(
    (value) => (typeof value === "number" ? String(value) : value),
    z.string().regex(/^[1-9]\d{0,5}(Ki|Mi)$/, "write an amount of bytes such as 256Ki or 4Mi"),
  )
  .transform(parseQuantity);

/** A duration in Go's notation, as everywhere in Kubernetes. The parsed value is in milliseconds. */
export const duration = z
  .string()
  .refine(isDuration, { error: "write a duration in Go's notation, such as 15s, 5m or 1h30m", abort: true })
  .transform(parseDuration)
  .refine((milliseconds) => milliseconds > 0, "write a duration longer than 0s");

/**
 * Reads the file at `path`. The environment variable `override` can name another file.
 * @throws FileFault
 */
export function loadConfigFile<Schema extends z.ZodType>(
  schema: Schema,
  { path: usual, override, environment }: { path: string; override: string; environment: NodeJS.ProcessEnv },
): z.output<Schema> {
  const path = environment[override] ?? usual;
  return parseYamlFile(schema, readText(path, `put it there, or name another by ${override}`), path);
}
