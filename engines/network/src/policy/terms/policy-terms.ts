import type { FramedRoute } from "../../identities/framed-route.ts";
import type { IPAddress } from "../../ipam/addresses/ip-address.ts";
import type { Prefix } from "../../ipam/blocks/prefix.ts";
import type { EachWay, Speed } from "./speed.ts";

export const serviceStates = ["active", "walled-garden", "blocked"] as const;
/** Full service, only the walled garden of the NAS profile, or no service. */
export type ServiceState = (typeof serviceStates)[number];

export const accessKinds = ["ppp", "ipoe", "hotspot"] as const;
export type AccessKind = (typeof accessKinds)[number];

/** A higher speed while the average stays below a threshold. All fields are 0 in a direction without a burst. */
export interface Burst {
  readonly speed: Speed;
  readonly threshold: Speed;
  /** The seconds over which the average is computed. */
  readonly seconds: EachWay;
}

export interface FromPool {
  readonly kind: "pool";
  /** A pool's name on the NAS. */
  readonly pool: string;
}

export interface FixedAddress {
  readonly kind: "fixed";
  readonly address: IPAddress;
}

export interface FixedPrefix {
  readonly kind: "fixed";
  readonly prefix: Prefix;
}

/** A chain, access list, filter or user group of the NAS, for the customer's upload and download. */
export interface Filters {
  readonly up?: string | undefined;
  readonly down?: string | undefined;
}

/** The terms that a customer has bought, independent of vendor. The NAS decides absent ones. */
export interface PolicyTerms {
  readonly state: ServiceState;
  readonly access: AccessKind;
  /** No limit if absent. */
  readonly speed?: Speed | undefined;
  readonly burst?: Burst | undefined;
  /** The speed reserved for the customer on a full line; 0 means none in that direction. */
  readonly guaranteed?: Speed | undefined;
  /** From 1, served first, to 8, served last. */
  readonly priority?: number | undefined;
  readonly ipv4?: FromPool | FixedAddress | undefined;
  /** The address of the link between customer and NAS. */
  readonly ipv6?: FromPool | FixedPrefix | undefined;
  /** The prefix of the customer's own network, by DHCPv6 (RFC 8415). */
  readonly delegated?: FromPool | FixedPrefix | undefined;
  readonly routes: readonly FramedRoute[];
  readonly addressLists: readonly string[];
  readonly filters: Filters;
  readonly sessionSeconds?: number | undefined;
  readonly idleSeconds?: number | undefined;
  /** The seconds between two interim accounting updates. */
  readonly interimSeconds?: number | undefined;
}

/** The speeds of a policy. */
export type RateTerms = Pick<PolicyTerms, "speed" | "burst" | "priority" | "guaranteed">;

/** The policy to send to a NAS of any vendor: the customer's own, or that of the walled garden. */
export interface EffectiveTerms extends PolicyTerms {
  /** Templates of the services to activate. */
  readonly services: readonly string[];
  readonly url?: string | undefined;
}
