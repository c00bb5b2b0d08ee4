import { z } from "zod";

const logLine = z.object({ message: z.string().min(1), level: z.string().optional() });

/**
 * The part of a termination message that says why a container ended. With FallbackToLogsOnError it is the end of the
 * log: of lines in JSON only the message of the last error is told, or of the last line if none is an error. It has no
 * time, so it stays the same across attempts. Another text is returned as it is, without space around it.
 */
export function lastWords(text: string): string {
  const whole = text.trim();
  const lines = whole.split("\n").map(parsedLine);
  const last = lines.at(-1);
  if (last === undefined) return whole;
  return (lines.findLast((line) => line?.level === "error") ?? last).message.trim();
}

function parsedLine(line: string): z.output<typeof logLine> | undefined {
  try {
    return logLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
