import winston from "winston";

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured logging. Fields carry identifiers, never personal data or secrets. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/** One JSON object a line on standard output, each with the time, the level and `base`. */
export function createLog(level: LogLevel, base: LogFields): Log {
  const logger = winston.createLogger({
    level,
    defaultMeta: base,
    format: winston.format.combine(winston.format.timestamp({ alias: "time" }), oneLine()),
    transports: [new winston.transports.Console()],
  });
  return {
    debug: (message, fields) => void logger.debug(message, fields),
    info: (message, fields) => void logger.info(message, fields),
    warn: (message, fields) => void logger.warn(message, fields),
    error: (message, fields) => void logger.error(message, fields),
  };
}

function oneLine(): winston.Logform.Format {
  return winston.format.printf(({ time, level, message, timestamp: _, ...fields }) =>
    JSON.stringify({ time, level, message, ...fields }),
  );
}
