import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { located } from "../../../../base/src/located.ts";
import { policyFault } from "./policy-fault.ts";
import type { Burst } from "./policy-terms.ts";
import { refuseFaster, refuseRates, refuseSpeed } from "./refuse-speed.ts";
import { type Direction, directions, type Speed } from "./speed.ts";

const longestBurst = 3_600;

/** @throws NetworkFault POLICY_INVALID for a burst that contradicts its speed. */
export function refuseBurst(burst: Burst, sustained: Speed): void {
  located(["speed"], () => {
    refuseSpeed("burst speed", burst.speed);
    refuseFaster("the speed", sustained, "the burst speed", burst.speed);
  });
  located(["threshold"], () => {
    refuseRates("burst threshold", burst.threshold);
    refuseFaster("the burst threshold", burst.threshold, "the burst speed", burst.speed);
  });
  for (const direction of directions) refuseDirection(direction, burst, sustained);
  const isUsable = (way: Direction) => isWholeWithin(burst.seconds[way], least(burst, way), longestBurst);
  if (directions.every(isUsable)) return;
  throw policyFault(
    `a burst averaged over 1 to ${longestBurst} whole seconds`,
    `down ${burst.seconds.down}, up ${burst.seconds.up}`,
    "write one of them for each direction",
    ["seconds"],
  );
}

const least = ({ speed }: Burst, direction: Direction): number => (speed[direction] > 0 ? 1 : 0);

function refuseDirection(direction: Direction, { speed, threshold, seconds }: Burst, sustained: Speed): void {
  if (speed[direction] === 0) {
    if (threshold[direction] === 0 && seconds[direction] === 0) return;
    throw policyFault(
      `a threshold and seconds of 0 where there is no burst ${direction}`,
      `a threshold of ${threshold[direction]} over ${seconds[direction]} seconds`,
      `write 0 for both, or the burst speed ${direction}`,
    );
  }
  if (sustained[direction] === 0) {
    throw policyFault(
      `no burst ${direction}, where there is no limit`,
      `a burst speed of ${speed[direction]}`,
      `write 0 as its speed, threshold and seconds ${direction}, or a speed ${direction}`,
    );
  }
  if (threshold[direction] > 0) return;
  throw policyFault(
    `a burst threshold ${direction}, of at least 1 bit/s`,
    "0",
    "write the average below which the burst goes on",
    ["threshold", direction],
  );
}
