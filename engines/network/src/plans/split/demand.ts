/** What a part of a plan is for. */
export type Demand = GroupDemand | DelegationsDemand | PoolDemand | SubnetDemand | PrefixDemand;

interface Sized {
  /** Tells a part from those beside it. */
  readonly name: string;
  /** The length of its prefix; unless given, the longest whose prefix is large enough. */
  readonly length?: number | undefined;
  /** How often it shall be able to double where it is: so many bits of room are kept free after it; 0 unless given. */
  readonly grow?: number | undefined;
}

/** A site or region: a prefix that is split further. */
export interface GroupDemand extends Sized {
  readonly kind: "group";
  readonly parts: readonly Demand[];
}

/** Prefixes of one length for customers, as DHCPv6-PD hands them out. */
export interface DelegationsDemand extends Sized {
  readonly kind: "delegations";
  readonly count: bigint;
  readonly delegatedLength: number;
}

/** Addresses given one by one, all of them usable. */
export interface PoolDemand extends Sized {
  readonly kind: "pool";
  readonly count: bigint;
}

/** A link with so many hosts. Of IPv6 a /64 unless the length is given (RFC 4291 section 2.5.4). */
export interface SubnetDemand extends Sized {
  readonly kind: "subnet";
  readonly count: bigint;
}

/** A prefix kept for whatever is to come. */
export interface PrefixDemand extends Sized {
  readonly kind: "prefix";
  readonly length: number;
}
