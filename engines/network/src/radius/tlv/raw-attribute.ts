/** An attribute in its wire form, with an undecoded value. */
export interface RawAttribute {
  /** The type octet. */
  readonly number: number;
  /** A view of the packet, not a copy. */
  readonly value: Uint8Array;
}
