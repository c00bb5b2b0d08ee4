import { cisco } from "./cisco.ts";
import { huawei } from "./huawei.ts";
import { juniper } from "./juniper.ts";
import { mikrotik } from "./mikrotik.ts";
import type { Vendor } from "./vendor.ts";
import { wispr } from "./wispr.ts";

const listed = { mikrotik, cisco, juniper, huawei, wispr } as const;

/** The vendor whose attributes a NAS understands. */
export type VendorName = keyof typeof listed;

/** The supported vendors. docs/how-to/add-a-radius-vendor.md shows how to add another. */
export const vendors: Readonly<Record<VendorName, Vendor>> = listed;

export const vendorNames = Object.keys(listed) as [VendorName, ...VendorName[]];
