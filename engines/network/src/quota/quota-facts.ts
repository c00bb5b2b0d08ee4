import { firstRepeated } from "../../../base/src/first-repeated.ts";
import type { Path } from "../../../base/src/path.ts";
import { Zone } from "../../../calendar/src/zone.ts";
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
  const print = Zone.printInstant;
  for (const [index, { from, to, upload, download }] of usage.entries()) {
    const path = ["usage", index];
    demand(to >= from, "usage that ends after it begins", `${print(from)} to ${print(to)}`, path);
    demand(upload >= 0n && download >= 0n, "usage of 0 or more bytes", `${upload} and ${download}`, path);
  }
  const ids = topUps.map(({ id }) => id);
  for (const [index, { id, at, bytes, expiresAt }] of topUps.entries()) {
    const path = ["topUps", index];
    demand(bytes > 0n, `bytes in top-up ${id}`, `${bytes}`, [...path, "bytes"]);
    const begun = `top-up ${id} at or after the begin ${print(since)}`;
    demand(at >= since, begun, print(at), [...path, "at"]);
    demand(
      expiresAt === undefined || expiresAt > at,
      `top-up ${id} to expire after it begins`,
      print(expiresAt ?? at),
      [...path, "expiresAt"],
    );
  }
  const repeated = firstRepeated(ids);
  const again = repeated === undefined ? -1 : ids.indexOf(repeated, ids.indexOf(repeated) + 1);
  demand(again < 0, "an id of its own for each top-up", `${JSON.stringify(repeated)} twice`, [
    "topUps",
    again,
    "id",
  ]);
}

function demand(holds: boolean, expected: string, found: string, path: Path): void {
  if (holds) return;
  throw new NetworkFault("QUOTA_INVALID", `expected ${expected}; found ${found}: correct the facts`, path);
}
