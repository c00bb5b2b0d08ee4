import type { SetAside } from "../records/examine-records.ts";
import type { LeftOut } from "./count-direction.ts";

/** The report of a count that no line can carry. */
export function setAsideCount({ place, direction, bytes, most }: LeftOut): SetAside {
  const expected = `expected at most ${most.bytes} bytes more than before, as fastestBitsPerSecond carries in ${most.seconds} seconds`;
  const advice = "if the line is faster, write its speed as fastestBitsPerSecond";
  return {
    index: place,
    field: direction,
    message: `${expected}; found ${bytes}: they are not counted; ${advice}`,
  };
}
