import type { SetAside } from "../records/examine-records.ts";
import type { LeftOut, TooFast, Torn } from "./count-direction.ts";

/** The report of a count that is not counted. */
export function setAsideCount(leftOut: LeftOut): SetAside {
  const message = leftOut.kind === "torn" ? ofTorn(leftOut) : ofTooFast(leftOut);
  return { index: leftOut.place, field: leftOut.direction, message };
}

function ofTooFast({ bytes, most }: TooFast): string {
  const expected = `expected at most ${most.bytes} bytes more than before, as fastestBitsPerSecond carries in ${most.seconds} seconds`;
  const advice = "if the line is faster, write its speed as fastestBitsPerSecond";
  return `${expected}; found ${bytes}: they are not counted; ${advice}`;
}

function ofTorn({ count, between: [before, next] }: Torn): string {
  const expected = `expected a count from ${before} to ${next}, as in the records before and after`;
  return `${expected}; found ${count}, as if octets and gigawords were read at two moments: it is not counted`;
}
