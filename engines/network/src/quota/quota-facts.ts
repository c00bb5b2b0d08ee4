import { NetworkFault } from "../network-fault.ts";

/** Bytes that flowed evenly over a time; equal ends are one instant. */
export interface Usage {
  readonly from: number;
  /** Does not belong to it. */
  readonly to: number;
  readonly upload: bigint;
  readonly download: bigint;
  /** What kind of traffic, where the network tells. */
  readonly trafficClass?: string | undefined;
}

/** Paid bytes beside those of the plan. */
export interface TopUp {
  readonly id: string;
  readonly at: number;
  readonly bytes: bigint;
  /** The first second without it; undefined for bytes that live until they are used. */
  readonly expiresAt?: number | undefined;
}

/** All that is known of a subscriber's volume. */
export interface QuotaFacts {
  /** When the plan began; the cycle that this falls into is a whole one. */
  readonly since: number;
  readonly usage: readonly Usage[];
  readonly topUps: readonly TopUp[];
}

/**
 * Refuses facts that contradict themselves.
 * @throws NetworkFault QUOTA_INVALID naming the fact.
 */
export function requireFacts({ since, usage, topUps }: QuotaFacts): void {
  for (const { from, to, upload, download } of usage) {
    demand(to >= from, "usage that ends after it begins", `${from} to ${to}`);
    demand(upload >= 0n && download >= 0n, "usage of 0 or more bytes", `${upload} and ${download}`);
  }
  for (const { id, at, bytes, expiresAt } of topUps) {
    demand(bytes > 0n, `bytes in top-up ${id}`, `${bytes}`);
    demand(at >= since, `top-up ${id} at or after the begin ${since}`, `${at}`);
    demand(
      expiresAt === undefined || expiresAt > at,
      `top-up ${id} to expire after it begins`,
      `${expiresAt}`,
    );
  }
  demand(
    new Set(topUps.map(({ id }) => id)).size === topUps.length,
    "an id of its own for each top-up",
    "one twice",
  );
}

function demand(holds: boolean, expected: string, found: string): void {
  if (holds) return;
  throw new NetworkFault("QUOTA_INVALID", `expected ${expected}; found ${found}: correct the facts`);
}
