import type { VendorName } from "../terms/nas-terms.ts";
import { cisco } from "./cisco.ts";
import { huawei } from "./huawei.ts";
import { juniper } from "./juniper.ts";
import { mikrotik } from "./mikrotik.ts";
import type { Vendor } from "./vendor.ts";
import { wispr } from "./wispr.ts";

/** Whoever supports another vendor adds one file and one line here. */
export const vendors: Readonly<Record<VendorName, Vendor>> = { mikrotik, cisco, juniper, huawei, wispr };
