/** The purpose of a part of a plan. */
export type Demand = GroupDemand | DelegationsDemand | PoolDemand | SubnetDemand | PrefixDemand;

interface Sized {
  /** Distinguishes a part from those beside it. */
  readonly name: string;
  /** The length of its prefix; by default the longest that is large enough. */
  readonly length?: number | undefined;
  /** How often the part can double in place: the number of bits of space reserved after it; by default 0. */
  readonly grow?: number | undefined;
}

/** A site or region: a prefix that is split further. */
export interface GroupDemand extends Sized {
  readonly kind: "group";
  readonly parts: readonly Demand[];
}

/** Prefixes of one length for customers, handed out by DHCPv6-PD. */
export interface DelegationsDemand extends Sized {
  readonly kind: "delegations";
  readonly count: bigint;
  readonly delegatedLength: number;
}

/** Addresses assigned one by one, all of them usable. */
export interface PoolDemand extends Sized {
  readonly kind: "pool";
  readonly count: bigint;
}

/** A link with a number of hosts. In IPv6 a /64 unless the length is given (RFC 4291 section 2.5.4). */
export interface SubnetDemand extends Sized {
  readonly kind: "subnet";
  readonly count: bigint;
}

/** A prefix reserved for an unspecified use. */
export interface PrefixDemand extends Sized {
  readonly kind: "prefix";
  readonly length: number;
}
