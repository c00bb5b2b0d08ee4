/**
 * How much of its storage a tenant uses: `near` from 80 % on, `full` from 100 % on (the runtime refuses what adds
 * data), `closed` from 110 % on (PostgreSQL refuses it too: a runtime does not get there, a stolen login does).
 */
export type StorageLevel = (typeof levels)[number];

const levels = ["open", "near", "full", "closed"] as const;

/** The share of the bound at which a level begins. */
const beginsAt: Readonly<Record<StorageLevel, number>> = { open: 0, near: 0.8, full: 1, closed: 1.1 };

/** A level ends this share below where it began, so that it does not come and go with each record. */
const margin = 0.05;

/** The level of `bytes` within `bound`, for a tenant that was at `before`. */
export function storageLevel(bytes: number, bound: number, before: StorageLevel): StorageLevel {
  const share = bytes / bound;
  const reached = levels.findLast((level) => share >= beginsAt[level]) ?? "open";
  const held = levels.findLast((level) => level === "open" || share >= beginsAt[level] - margin) ?? "open";
  const kept = isBelow(held, before) ? held : before;
  return isBelow(reached, kept) ? kept : reached;
}

function isBelow(one: StorageLevel, other: StorageLevel): boolean {
  return levels.indexOf(one) < levels.indexOf(other);
}
