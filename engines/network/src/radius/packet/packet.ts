import type { Attribute } from "../attributes/attribute.ts";
import type { PacketCode } from "./packet-code.ts";

/** A parsed RADIUS packet. */
export interface Packet {
  readonly code: PacketCode;
  /** 0 to 255. A reply has the identifier of its request. */
  readonly identifier: number;
  /** 16 octets: random in an Access-Request, otherwise a hash over the packet and the secret. */
  readonly authenticator: Uint8Array;
  /** In the order of the packet, which is significant for attributes of one name (RFC 2865 section 5). */
  readonly attributes: readonly Attribute[];
}
