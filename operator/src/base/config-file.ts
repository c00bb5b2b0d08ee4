import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { z } from "zod";
import { isDuration, parseDuration } from "../../../process/duration.ts";
import { parseQuantity } from "../../../process/quantity.ts";

/** The configuration cannot be used. The message lists every fault, each with its path and what to write. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** A port to listen on or to connect to. */
export const port = z.int().min(1).max(65535);

/** Kubernetes' notation; the number of bytes after parsing. */
export const bytes = z
  // A number without a unit is a text that lacks it, and is told so.
  .preprocess(
    (value) => (typeof value === "number" ? String(value) : value),
    z.string().regex(/^[1-9]\d{0,5}(Ki|Mi)$/, "write an amount of bytes such as 256Ki or 4Mi"),
  )
  .transform(parseQuantity);

/** Go's notation, as everywhere in Kubernetes; milliseconds after parsing. */
export const duration = z
  .string()
  .refine(isDuration, { error: "write a duration in Go's notation, such as 15s, 5m or 1h30m", abort: true })
  .transform(parseDuration)
  .refine((milliseconds) => milliseconds > 0, "write a duration longer than 0s");

/**
 * Reads the file at `path`, or at the one that the environment variable `override` names instead.
 * @throws ConfigError
 */
export function loadConfigFile<Schema extends z.ZodType>(
  schema: Schema,
  { path: usual, override, environment }: { path: string; override: string; environment: NodeJS.ProcessEnv },
): z.output<Schema> {
  const path = environment[override] ?? usual;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError(
      `cannot read the configuration ${path}: put the file there, or name another by ${override}`,
      { cause: error },
    );
  }
  return parseConfigFile(schema, text, path);
}

/** @throws ConfigError */
export function parseConfigFile<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  path: string,
): z.output<Schema> {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault) throw new ConfigError(`${path} is not YAML: ${fault.message}`);
  const parsed = schema.safeParse(document.toJS() ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `  ${explain(issue)}`);
  throw new ConfigError(`${path} has ${faults.length} fault(s):\n${faults.join("\n")}`);
}

function explain(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".") || "(top level)";
  if (issue.code === "unrecognized_keys") {
    return `${path}: ${issue.keys.join(", ")} is not known here: remove it or correct its spelling`;
  }
  if (issue.code === "invalid_type" && issue.input === undefined) {
    return `${path}: is missing: write a value of type ${issue.expected}`;
  }
  if (issue.code === "invalid_type") return `${path}: write a value of type ${issue.expected}`;
  if (issue.code === "invalid_value" && issue.values.length > 0) {
    return `${path}: write ${issue.values.join(" or ")}`;
  }
  return `${path}: ${issue.message}`;
}
