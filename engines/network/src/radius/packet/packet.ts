import type { Attribute } from "../attributes/attribute.ts";
import type { PacketCode } from "./packet-code.ts";

/** A RADIUS packet, read. */
export interface Packet {
  readonly code: PacketCode;
  /** 0 to 255; a reply has that of its request. */
  readonly identifier: number;
  /** 16 octets: of an Access-Request random, otherwise a hash over the packet and the secret. */
  readonly authenticator: Uint8Array;
  /** In the order of the packet, which matters among attributes of one name (RFC 2865 section 5). */
  readonly attributes: readonly Attribute[];
}
