import type { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { reverseName, reverseTrees } from "./reverse-tree.ts";

/** The name whose PTR record says what an address is called; without a dot at its end. */
export function pointerName(address: IPAddress): string {
  return reverseName(address, address.bits / reverseTrees[address.family].bitsPerLabel);
}
