import type { Filters } from "./terms/policy-terms.ts";
import type { Shaping } from "./terms/shaping.ts";
import type { Speed } from "./terms/speed.ts";
import type { VendorName } from "./vendors/vendors.ts";

/** The walled garden of a NAS, for a customer who can reach little more than the payment page. */
export interface Garden {
  readonly addressLists: readonly string[];
  readonly filters: Filters;
  /** Service names, as templates, which replace the shaping services. */
  readonly services: readonly string[];
  /**
   * A pool of private IPv4 addresses. A customer in the garden gets an address of it, and loses its own addresses
   * and routes.
   */
  readonly pool?: string | undefined;
  readonly speed?: Speed | undefined;
  /** The address to which the NAS redirects the customer's browser. */
  readonly url?: string | undefined;
}

export interface NasTerms {
  readonly vendor: VendorName;
  readonly shaping: Shaping;
  readonly garden: Garden;
  /** Whether it accepts CoA-Request and Disconnect-Request (RFC 5176). */
  readonly acceptsCoa: boolean;
  readonly acceptsDisconnect: boolean;
  /**
   * The attributes that a CoA may change on this NAS's release in addition to its vendor's documents, such as
   * `Mikrotik-Address-List`.
   */
  readonly alsoChangeable: readonly string[];
}
