/** An attribute as it is on the wire, its value not read yet. */
export interface RawAttribute {
  /** The type octet. */
  readonly number: number;
  /** A view of the packet, not a copy. */
  readonly value: Uint8Array;
}
