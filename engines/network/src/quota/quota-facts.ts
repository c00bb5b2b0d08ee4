import { Zone } from "../../../calendar/src/zone.ts";
import { requireThat } from "../require-that.ts";
import { repeatedPlace } from "./repeated-place.ts";

const demand = requireThat("QUOTA_INVALID", "correct the facts");

/** Bytes transferred evenly over a time. Equal ends are one instant. */
export interface Usage {
  readonly from: number;
  /** Excluded. */
  readonly to: number;
  readonly upload: bigint;
  readonly download: bigint;
  /** The class of traffic, if the network reports it. */
  readonly trafficClass?: string | undefined;
}

/** Paid bytes in addition to those of the plan. */
export interface TopUp {
  readonly id: string;
  readonly at: number;
  readonly bytes: bigint;
  /** The first second after their end; undefined for bytes without expiry. */
  readonly expiresAt?: number | undefined;
}

/** The known facts about a subscriber's volume. */
export interface QuotaFacts {
  /** The begin of the plan. The cycle that contains it is a full one. */
  readonly since: number;
  readonly usage: readonly Usage[];
  readonly topUps: readonly TopUp[];
}

/**
 * Refuses contradictory facts.
 * @throws NetworkFault QUOTA_INVALID with the path of the fact.
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
  const again = repeatedPlace(ids);
  demand(again < 0, "an id of its own for each top-up", `${JSON.stringify(ids[again])} twice`, [
    "topUps",
    again,
    "id",
  ]);
}
