import type { Milliseconds } from "./clock.ts";

const pattern = /^(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Whether a text is a duration in hours, minutes and seconds, such as `168h`, `1h30m` or `90s`. */
export function isDuration(text: string): boolean {
  return pattern.test(text);
}

/**
 * Parses a duration in Go's notation, as Kubernetes uses it: hours, minutes and seconds. Returns milliseconds.
 * @throws TypeError for another form
 */
export function parseDuration(text: string): Milliseconds {
  const match = pattern.exec(text);
  if (match === null) {
    throw new TypeError(`Expected a duration such as 168h or 1h30m, found ${JSON.stringify(text)}.`);
  }
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}
