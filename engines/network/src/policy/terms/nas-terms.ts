import type { Filters } from "./policy-terms.ts";
import type { Speed } from "./speed.ts";

export const vendorNames = ["mikrotik", "cisco", "juniper", "huawei", "wispr"] as const;
/** Whose attributes a NAS understands; `wispr` for hotspot gateways of the Wi-Fi Alliance's attributes. */
export type VendorName = (typeof vendorNames)[number];

/** How a NAS is told the speed; the names are templates. */
export type Shaping =
  | { readonly kind: "none" }
  | { readonly kind: "rates" }
  | { readonly kind: "policies"; readonly up: string; readonly down: string }
  | { readonly kind: "services"; readonly services: readonly string[] }
  | { readonly kind: "profile"; readonly profile: string };

/** What a NAS does with a customer who shall reach the payment page and little else. */
export interface Garden {
  readonly addressLists: readonly string[];
  readonly filters: Filters;
  /** Service names, as templates, in place of those that shape. */
  readonly services: readonly string[];
  /** Private addresses; the customer's own IPv4 and IPv6 addresses and routes are then not given out. */
  readonly pool?: string | undefined;
  readonly speed?: Speed | undefined;
  /** Where the customer's browser is sent. */
  readonly url?: string | undefined;
}

export interface NasTerms {
  readonly vendor: VendorName;
  readonly shaping: Shaping;
  readonly garden: Garden;
  /** Whether it listens to CoA-Request and Disconnect-Request (RFC 5176). */
  readonly acceptsCoa: boolean;
  readonly acceptsDisconnect: boolean;
  /** What this NAS's release lets a CoA change beyond its vendor's documents, such as `Mikrotik-Address-List`. */
  readonly alsoChangeable: readonly string[];
}
