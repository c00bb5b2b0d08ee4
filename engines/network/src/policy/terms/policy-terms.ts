import type { FramedRoute } from "../../identities/framed-route.ts";
import type { IPAddress } from "../../ipam/addresses/ip-address.ts";
import type { Prefix } from "../../ipam/blocks/prefix.ts";
import type { EachWay, Speed } from "./speed.ts";

export const serviceStates = ["active", "walled-garden", "blocked"] as const;
/** Full service; only what the NAS profile lets through; none. */
export type ServiceState = (typeof serviceStates)[number];

export const accessKinds = ["ppp", "ipoe", "hotspot"] as const;
export type AccessKind = (typeof accessKinds)[number];

/** A higher speed while the average stays below a threshold. */
export interface Burst {
  readonly speed: Speed;
  readonly threshold: Speed;
  /** Over how many seconds the average is taken. */
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

/** A chain, access list, filter or user group of the NAS for what the customer sends and what it receives. */
export interface Filters {
  readonly up?: string | undefined;
  readonly down?: string | undefined;
}

/** What a customer has bought, in no vendor's words. What is absent is left to the NAS. */
export interface PolicyTerms {
  readonly state: ServiceState;
  readonly access: AccessKind;
  /** No limit where absent. */
  readonly speed?: Speed | undefined;
  readonly burst?: Burst | undefined;
  /** The speed kept for the customer when the line is full. */
  readonly guaranteed?: Speed | undefined;
  /** 1 is served first, 8 last. */
  readonly priority?: number | undefined;
  readonly ipv4?: FromPool | FixedAddress | undefined;
  /** Of the link between customer and NAS. */
  readonly ipv6?: FromPool | FixedPrefix | undefined;
  /** Of the customer's own network, by DHCPv6 (RFC 8415). */
  readonly delegated?: FromPool | FixedPrefix | undefined;
  readonly routes: readonly FramedRoute[];
  readonly addressLists: readonly string[];
  readonly filters: Filters;
  readonly sessionSeconds?: number | undefined;
  readonly idleSeconds?: number | undefined;
  /** Between two interim accounting updates. */
  readonly interimSeconds?: number | undefined;
}

/** What a NAS is to be told, whatever the vendor: the policy, or the policy within the walled garden. */
export interface EffectiveTerms extends PolicyTerms {
  /** Templates of the services to activate. */
  readonly services: readonly string[];
  readonly url?: string | undefined;
}
