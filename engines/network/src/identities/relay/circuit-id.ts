import type { MacAddress } from "../../ipam/addresses/mac-address.ts";
import type { AccessLine } from "./read-access-line.ts";

/** The customer's line that a circuit id describes, by the vendor of its layout. */
export type CircuitId =
  | {
      readonly layout: "cisco";
      /** Absent for a port without VLAN. */
      readonly vlan?: number;
      readonly module: number;
      readonly port: number;
    }
  | { readonly layout: "access-line"; readonly line: AccessLine }
  | {
      readonly layout: "interface";
      readonly name: string;
      /** The logical interface on it: 0 of `ge-1/0/1.0`. */
      readonly unit?: number;
      readonly vlans: readonly number[];
    }
  | {
      readonly layout: "huawei";
      /** Absent for a port without VLAN. */
      readonly vlan?: number;
      readonly slot: number;
      readonly subslot: number;
      readonly port: number;
    }
  | {
      readonly layout: "nokia";
      /** The router, its service, and the interface by its name. */
      readonly node: string;
      readonly service: number;
      readonly name: string;
      /** The service access point, of a group interface: `1/1/2:100.43`. */
      readonly sap?: string;
    }
  | { readonly layout: "mac"; readonly mac: MacAddress }
  | { readonly layout: "text"; readonly text: string }
  | { readonly layout: "opaque" };

export const relayVendors = ["any", "cisco", "mikrotik", "huawei", "nokia"] as const;
/**
 * The vendor of the expected layout. `any` detects it from the bytes: six of them may be of several vendors, and are read
 * as those of Cisco.
 */
export type RelayVendor = (typeof relayVendors)[number];
