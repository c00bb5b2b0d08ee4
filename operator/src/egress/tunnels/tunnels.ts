import type { Target } from "../request/target.ts";
import type { Tunnel, TunnelEnd } from "./tunnel.ts";

/** A place among a tenant's tunnels, from the request until the end of the tunnel. */
export interface Place {
  readonly tenant: string;
  readonly target: Target;
  tunnel?: Tunnel;
}

/** All open and requested tunnels. It enforces the limit per tenant and cuts tunnels whose permission has ended. */
export class Tunnels {
  readonly #most: number;
  readonly #places = new Map<string, Set<Place>>();
  #emptied = Promise.withResolvers<void>();

  /** @param mostPerTenant limit for open and requested tunnels together */
  constructor(mostPerTenant: number) {
    this.#most = mostPerTenant;
  }

  get open(): number {
    return [...this.#all()].filter(({ tunnel }) => tunnel !== undefined).length;
  }

  /** Takes a place, or returns undefined when the tenant has reached its limit. */
  take(tenant: string, target: Target): Place | undefined {
    const places = this.#places.get(tenant) ?? new Set();
    if (places.size >= this.#most) return undefined;
    const place = { tenant, target };
    this.#places.set(tenant, places.add(place));
    return place;
  }

  give(place: Place): void {
    const places = this.#places.get(place.tenant);
    places?.delete(place);
    if (places?.size === 0) this.#places.delete(place.tenant);
    if (this.#places.size === 0) this.#emptied.resolve();
  }

  /** Resolves when no tunnel is open or requested. */
  whenEmpty(): Promise<void> {
    if (this.#places.size === 0) return Promise.resolve();
    this.#emptied = Promise.withResolvers();
    return this.#emptied.promise;
  }

  /** Cuts the tenant's tunnels to targets that are no longer permitted. */
  withdraw(tenant: string, isPermitted: (target: Target) => boolean): void {
    for (const { target, tunnel } of this.#places.get(tenant) ?? []) {
      if (!isPermitted(target)) tunnel?.cut("withdrawn");
    }
  }

  cutAll(end: Exclude<TunnelEnd, "closed">): void {
    for (const { tunnel } of this.#all()) tunnel?.cut(end);
  }

  *#all(): Generator<Place> {
    for (const places of this.#places.values()) yield* places;
  }
}
