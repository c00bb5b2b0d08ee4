/**
 * The level of a tenant's storage use: `near` from 80 %, `full` from 100 % (the runtime refuses writes that add data),
 * `closed` from 110 % (PostgreSQL refuses them too: a runtime cannot reach this level, but a stolen login can), `exhausted`
 * from 150 % (no login is enabled: the owner's rights, a migration's or a planted function's, reach this level, and on a small
 * storage a stolen login that writes fast).
 */
export type StorageLevel = (typeof levels)[number];

const levels = ["open", "near", "full", "closed", "exhausted"] as const;

/** The share of the bound at which a level begins. */
const beginsAt: Readonly<Record<StorageLevel, number>> = {
  open: 0,
  near: 0.8,
  full: 1,
  closed: 1.1,
  exhausted: 1.5,
};

/** A level ends this share below its beginning, so that it does not change with each record. */
const margin = 0.05;

/** The level of `bytes` within `bound`, for a tenant at level `before`. */
export function storageLevel(bytes: number, bound: number, before: StorageLevel): StorageLevel {
  const share = bytes / bound;
  const reached = levels.findLast((level) => share >= beginsAt[level]) ?? "open";
  const held = levels.findLast((level) => level === "open" || share >= beginsAt[level] - margin) ?? "open";
  const kept = isBelow(held, before) ? held : before;
  return isBelow(reached, kept) ? kept : reached;
}

/** Whether PostgreSQL refuses writes at this level. */
export function refusesWrites(level: StorageLevel): boolean {
  return !isBelow(level, "closed");
}

/** Whether `bytes`, those of open transactions included, are more than any transaction may make within `bound`. */
export function isExhausted(bytes: number, bound: number): boolean {
  return bytes / bound >= beginsAt.exhausted;
}

/**
 * The part of the bound that the audit records themselves must fill, so that an attacker who fills other tables
 * does not lock out the staff.
 */
const auditClosesAt = 0.25;

/**
 * Whether audit records of `auditBytes` are refused too at this level. `before`: whether they were refused until
 * now. A login writes an audit record, so staff can log in until then.
 */
export function isAuditClosed(
  level: StorageLevel,
  auditBytes: number,
  bound: number,
  before: boolean,
): boolean {
  return refusesWrites(level) && auditBytes / bound >= auditClosesAt - (before ? margin : 0);
}

function isBelow(one: StorageLevel, other: StorageLevel): boolean {
  return levels.indexOf(one) < levels.indexOf(other);
}
