/** The form of a value for each type of a dictionary's attributes (RFC 8044 section 3). */
export interface ValueOfType {
  /** UTF-8 text. */
  readonly text: string;
  readonly octets: Uint8Array;
  readonly byte: number;
  readonly short: number;
  /** 32 bits, 0 to 4294967295. A value that has a name in a dictionary has it in `label`. */
  readonly integer: number;
  /** 32 bits, from -2147483648. */
  readonly signed: number;
  readonly integer64: bigint;
  /** Seconds since 1970. */
  readonly date: number;
  /** `192.0.2.1` */
  readonly ipv4: string;
  /** `2001:db8::1`, in the form of RFC 5952. */
  readonly ipv6: string;
  /** `192.0.2.0/24` */
  readonly "ipv4-prefix": string;
  /** `2001:db8::/48` */
  readonly "ipv6-prefix": string;
  /** `200:0:0:1`, four groups of 16 bits. */
  readonly "interface-id": string;
  /** `00:00:5e:00:53:01` */
  readonly ethernet: string;
  /** Attributes within an attribute (RFC 6929 section 2.3). */
  readonly tlv: readonly Attribute[];
}

export type ValueType = keyof ValueOfType;

interface AttributeOf<Type extends ValueType> {
  /**
   * Unique across vendors, by FreeRADIUS's names: `Framed-IP-Address`, `Mikrotik-Rate-Limit`. An attribute in no
   * dictionary is `Attr-` with its numbers, and its type is "octets": `Attr-250`, `Attr-26.32473.1`.
   */
  readonly name: string;
  /** `Mikrotik`; the number as text for a vendor without a dictionary; absent for the IETF's attributes. */
  readonly vendor?: string;
  /** Groups the attributes of one tunnel, 1 to 31 (RFC 2868); absent if there is none. */
  readonly tag?: number;
  /** The name of a number's meaning, if it has one: `Start` for an Acct-Status-Type of 1. */
  readonly label?: string;
  /**
   * The reason why a value does not match its attribute's type. Such a value is given as octets, and callers treat
   * the attribute as absent (RFC 6929 section 2.8).
   */
  readonly malformed?: string;
  readonly type: Type;
  readonly value: ValueOfType[Type];
}

/** One attribute of a packet, with a value in the form of its type. */
export type Attribute = { readonly [Type in ValueType]: AttributeOf<Type> }[ValueType];

/** The value of an attribute to send, or the name of a number that has one. */
export type GivenValue = ValueOfType[ValueType];
