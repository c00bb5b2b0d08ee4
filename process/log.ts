import winston from "winston";

export type LogFields = Readonly<Record<string, unknown>>;

/** Refuses the names of fields that are not in snake_case, which the API's answers and SQL have too: `request_id`. */
type InSnakeCase<Fields> = {
  readonly [Name in keyof Fields]: string extends Name
    ? unknown
    : Name extends Lowercase<Name & string>
      ? unknown
      : never;
};

/** Structured logging. Fields carry identifiers, never personal data or secrets. */
export interface Log {
  debug<Fields extends LogFields>(message: string, fields?: Fields & InSnakeCase<Fields>): void;
  info<Fields extends LogFields>(message: string, fields?: Fields & InSnakeCase<Fields>): void;
  warn<Fields extends LogFields>(message: string, fields?: Fields & InSnakeCase<Fields>): void;
  error<Fields extends LogFields>(message: string, fields?: Fields & InSnakeCase<Fields>): void;
}

export interface Logger extends Log {
  /** A logger that adds these fields to every line. */
  child<Fields extends LogFields>(fields: Fields & InSnakeCase<Fields>): Logger;
}

export const logLevels = ["debug", "info", "warn", "error"] as const;

/** Field names whose values are never written, at any depth. */
const secretField =
  /password|passwd|secret$|token|authorization|credential|private_?key|^data$|^stringData$/i;
const depthLimit = 6;
/**
 * Errors of these general classes are defects and are logged with their stack. Errors of other classes say what to do.
 */
const defects = new Set(["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError"]);

/**
 * Writes one JSON object per line, with `level`, `time`, `message` and the given fields. Values of fields whose
 * names suggest secrets are omitted.
 * @param level `debug`, `info`, `warn` or `error`. Another value becomes `info`, with a line that reports this
 * @param stream destination of the lines; default standard output
 */
export function createLogger(level: string | undefined, stream?: NodeJS.WritableStream): Logger {
  const known = level === undefined || (logLevels as readonly string[]).includes(level);
  const logger = winston.createLogger({
    level: known ? (level ?? "info") : "info",
    format: winston.format.combine(winston.format(clean)(), winston.format.json({ deterministic: false })),
    transports: [stream ? new winston.transports.Stream({ stream }) : new winston.transports.Console()],
  });
  if (!known) logger.warn(`LOG_LEVEL is "${level}": write one of ${logLevels.join(", ")}; info is used`);
  return logger;
}

function clean(info: winston.Logform.TransformableInfo): winston.Logform.TransformableInfo {
  const { level, message, ...fields } = info;
  const cleaned = redact(fields, 0) as Record<string, unknown>;
  const symbols = Object.getOwnPropertySymbols(info).map((symbol) => [symbol, Reflect.get(info, symbol)]);
  return {
    level,
    time: new Date().toISOString(),
    message,
    ...cleaned,
    ...Object.fromEntries(symbols),
  };
}

function redact(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value, depth);
  if (typeof value !== "object" || value === null) return typeof value === "bigint" ? String(value) : value;
  if (depth >= depthLimit) return "[deeper]";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      secretField.test(name) && field !== undefined ? "[redacted]" : redact(field, depth + 1),
    ]),
  );
}

/** Writes only the name, message, code and causes, because an error's other fields may hold requests and answers. */
function describeError(error: Error, depth: number): object {
  const { name, message, cause, stack } = error as Error & { code?: unknown };
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message,
    ...(code === undefined || typeof code === "object" ? {} : { code }),
    ...(defects.has(name) && stack ? { stack } : {}),
    ...(cause === undefined || depth >= depthLimit ? {} : { cause: redact(cause, depth + 1) }),
  };
}
