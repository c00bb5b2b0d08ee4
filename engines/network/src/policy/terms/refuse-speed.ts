import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { policyFault } from "./policy-fault.ts";
import { fastest, type Speed } from "./speed.ts";

/** @throws NetworkFault POLICY_INVALID unless both directions are whole bits per second; 0 means none. */
export function refuseRates(what: string, { down, up }: Speed): void {
  const isUsable = (rate: number) => isWholeWithin(rate, 0, fastest);
  if (isUsable(down) && isUsable(up)) return;
  throw policyFault(
    `whole bits per second from 0 to ${fastest} as ${what}`,
    `down ${down}, up ${up}`,
    "write 100 Mbit/s as 100000000, and 0 for none in that direction",
  );
}

/** @throws NetworkFault POLICY_INVALID unless at least one direction has a limit, in whole bits per second. */
export function refuseSpeed(what: string, speed: Speed): void {
  refuseRates(what, speed);
  if (speed.down > 0 || speed.up > 0) return;
  throw policyFault(
    `a limit in one direction at least as ${what}`,
    "down 0, up 0, which is no limit",
    "leave it out, or write the speed of a direction",
  );
}

/** @throws NetworkFault POLICY_INVALID if a direction exceeds its limit; a limit of 0 means none. */
export function refuseFaster(what: string, speed: Speed, limit: string, most: Speed): void {
  const isWithin = (rate: number, bound: number) => bound === 0 || rate <= bound;
  if (isWithin(speed.down, most.down) && isWithin(speed.up, most.up)) return;
  throw policyFault(
    `${what} of at most ${limit}, down ${most.down} and up ${most.up}`,
    `down ${speed.down}, up ${speed.up}`,
    `lower ${what} or raise ${limit}`,
  );
}
