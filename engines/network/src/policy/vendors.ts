import { cisco } from "./cisco.ts";
import { huawei } from "./huawei.ts";
import { juniper } from "./juniper.ts";
import { mikrotik } from "./mikrotik.ts";
import type { VendorName } from "./nas-terms.ts";
import type { Vendor } from "./vendor.ts";
import { wispr } from "./wispr.ts";

/** Whoever supports another vendor adds one file and one line here. */
export const vendors: Readonly<Record<VendorName, Vendor>> = { mikrotik, cisco, juniper, huawei, wispr };
