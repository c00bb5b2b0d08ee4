import type { MacAddress } from "../../ipam/addresses/mac-address.ts";
import type { AccessLine } from "./read-access-line.ts";

/** The customer's line that a circuit id describes, by the vendor of its layout. */
export type CircuitId =
  | { readonly layout: "cisco"; readonly vlan: number; readonly module: number; readonly port: number }
  | { readonly layout: "access-line"; readonly line: AccessLine }
  | {
      readonly layout: "interface";
      readonly name: string;
      /** The logical interface on it: 0 of `ge-1/0/1.0`. */
      readonly unit?: number;
      readonly vlans: readonly number[];
    }
  | { readonly layout: "mac"; readonly mac: MacAddress }
  | { readonly layout: "text"; readonly text: string }
  | { readonly layout: "opaque" };

export const relayVendors = ["any", "cisco", "mikrotik"] as const;
/** The vendor of the expected layout. `any` detects it from the bytes, which are ambiguous for six vendors. */
export type RelayVendor = (typeof relayVendors)[number];
