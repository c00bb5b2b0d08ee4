import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { policyFault } from "./policy-fault.ts";
import { fastest, type Speed } from "./speed.ts";

/** @throws NetworkFault POLICY_INVALID unless both directions are whole bits per second, at least one. */
export function refuseSpeed(what: string, { down, up }: Speed): void {
  const isUsable = (rate: number) => isWholeWithin(rate, 1, fastest);
  if (isUsable(down) && isUsable(up)) return;
  throw policyFault(
    `whole bits per second from 1 to ${fastest} as ${what}`,
    `down ${down}, up ${up}`,
    "write 100 Mbit/s as 100000000, and no speed at all for no limit",
  );
}

/** @throws NetworkFault POLICY_INVALID where either direction is more than the most it may be. */
export function refuseFaster(what: string, speed: Speed, limit: string, most: Speed): void {
  if (speed.down <= most.down && speed.up <= most.up) return;
  throw policyFault(
    `${what} of at most ${limit}, down ${most.down} and up ${most.up}`,
    `down ${speed.down}, up ${speed.up}`,
    `lower ${what} or raise ${limit}`,
  );
}
