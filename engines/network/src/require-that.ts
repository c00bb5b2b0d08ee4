import type { Path } from "../../base/src/path.ts";
import { type FaultCode, NetworkFault } from "./network-fault.ts";

/** Throws a fault with the path of the input unless a condition holds. */
export type RequireThat = (holds: boolean, expected: string, found: string, path?: Path) => void;

/** A check whose refusals have this code, and this advice on the text to write instead. */
export function requireThat(code: FaultCode, remedy: string): RequireThat {
  return (holds, expected, found, path = []) => {
    if (holds) return;
    throw new NetworkFault(code, `expected ${expected}; found ${found}: ${remedy}`, path);
  };
}
