import type { Attribute } from "../attributes/attribute.ts";
import { headerLength } from "../packet/read-frame.ts";
import { readRequest } from "../packet/read-packet.ts";
import type { RequestCode } from "../packet/request-code.ts";
import { type WrittenRequest, writeRequest } from "../packet/write-packet.ts";

export const secret = new TextEncoder().encode("xyzzy5461");
export const lenient = { secret, requireMessageAuthenticator: false };
export const random = { authenticator: Uint8Array.from({ length: 16 }, (_, index) => index), salt: 0x7ffe };

/** A request with an identifier of 7. */
export function written(code: RequestCode, attributes: readonly Attribute[]): WrittenRequest {
  return writeRequest({ code, identifier: 7, attributes }, secret, random);
}

/** The attributes that a server reads from a written packet, without those of the packet's proof. */
export function throughThePacket(attributes: readonly Attribute[]): readonly Attribute[] {
  const received = readRequest(written("Access-Request", attributes).octets, { secret });
  if (received.kind === "refused") throw new Error(received.message);
  return received.packet.attributes.filter(({ name }) => name !== "Message-Authenticator");
}

/** The octets of a packet's attributes after its Message-Authenticator. */
export function wireOf(attributes: readonly Attribute[]): Uint8Array {
  return written("Access-Request", attributes).octets.subarray(headerLength + 18);
}

/** A packet from the octets of its attributes, with the right length and an authenticator of zeros. */
export function datagram(code: number, attributes: Uint8Array): Uint8Array {
  const length = headerLength + attributes.length;
  return Uint8Array.from([code, 7, length >> 8, length & 0xff, ...new Uint8Array(16), ...attributes]);
}
