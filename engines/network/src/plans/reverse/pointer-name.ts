import type { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { reverseName, reverseTrees } from "./reverse-tree.ts";

/** The name of an address's PTR record, without a final dot. */
export function pointerName(address: IPAddress): string {
  return reverseName(address, address.bits / reverseTrees[address.family].bitsPerLabel);
}
