import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import type { Path } from "../../../../base/src/path.ts";
import { NetworkFault } from "../../network-fault.ts";
import type { Attribute } from "../attributes/attribute.ts";
import { attributesNamed } from "../attributes/read.ts";
import { md5 } from "../crypto/digest.ts";
import { concat } from "../octets/concat.ts";
import { encodeAttribute } from "../wire/encode-attribute.ts";
import { computeMessageAuthenticator, messageAuthenticator } from "./message-authenticator.ts";
import type { Packet } from "./packet.ts";
import { packetCodes } from "./packet-code.ts";
import { greatestLength, headerLength } from "./read-frame.ts";
import type { RequestHeader } from "./read-packet.ts";
import { hasRandomAuthenticator, type ReplyCode, type RequestCode, repliesTo } from "./request-code.ts";

/** The random values for a packet. The engine generates none. */
export interface Randomness {
  /** 16 unpredictable octets: the authenticator of an Access-Request or Status-Server. */
  readonly authenticator: Uint8Array;
  /** 0 to 32767. The salts of hidden values count up from it, so that none repeats in a packet. */
  readonly salt: number;
}

/** A request to send, with the parts that verify its reply. */
export interface WrittenRequest extends RequestHeader {
  readonly octets: Uint8Array;
}

/** The packet to send. A Message-Authenticator among the attributes requests one, and its value is ignored. */
export interface Outgoing<Code> {
  readonly code: Code;
  readonly attributes: readonly Attribute[];
}

const zeros = new Uint8Array(16);

/**
 * Writes a request. An Access-Request and Status-Server begin with a Message-Authenticator (RFC 5997 section 3, and
 * after CVE-2024-3596); other requests have one on demand.
 * @throws NetworkFault ATTRIBUTE_INVALID for attributes that cannot be encoded, PACKET_INVALID for an identifier
 * beyond 255, an authenticator that is not of 16 octets or more than 4096 octets.
 */
export function writeRequest(
  { code, identifier, attributes }: Outgoing<RequestCode> & { readonly identifier: number },
  secret: Uint8Array,
  random: Randomness,
): WrittenRequest {
  refuseChance(identifier, random);
  const start = hasRandomAuthenticator(code) ? random.authenticator : zeros;
  const octets = assemble({ code, identifier, attributes }, start, start, secret, random.salt);
  const authenticator = hasRandomAuthenticator(code) ? start : sign(octets, zeros, secret);
  octets.set(authenticator, 4);
  return { code, identifier, authenticator, octets };
}

/**
 * Writes the reply to a request, with the request's Proxy-State attributes unless the reply has its own
 * (RFC 2865 section 5.33). A reply to an Access-Request or Status-Server begins with a Message-Authenticator.
 * @throws NetworkFault as writeRequest, and PACKET_INVALID for a code that does not answer the request.
 */
export function writeReply(
  { code, attributes }: Outgoing<ReplyCode>,
  request: Pick<Packet, "identifier" | "authenticator" | "attributes"> & { readonly code: RequestCode },
  secret: Uint8Array,
  salt: number,
): Uint8Array {
  const fitting = repliesTo(request.code);
  if (!fitting.includes(code)) {
    throw refusePacket(`a reply to ${request.code}`, code, `answer with ${fitting.join(" or ")}`, ["code"]);
  }
  refuseChance(request.identifier, { authenticator: request.authenticator, salt });
  const own = attributes.some(({ name }) => name === "Proxy-State");
  const states = own ? [] : attributesNamed(request.attributes, "Proxy-State");
  const hiding = hasRandomAuthenticator(request.code) ? request.authenticator : zeros;
  const reply = { code, identifier: request.identifier, attributes: [...attributes, ...states] };
  const octets = assemble(reply, request.authenticator, hiding, secret, salt);
  octets.set(sign(octets, request.authenticator, secret), 4);
  return octets;
}

type Assembled = Pick<Packet, "code" | "identifier" | "attributes">;

/** A packet with its Message-Authenticator. The authenticator field still contains that of the request, or zeros. */
function assemble(
  { code, identifier, attributes }: Assembled,
  start: Uint8Array,
  authenticator: Uint8Array,
  secret: Uint8Array,
  firstSalt: number,
): Uint8Array {
  const isAsked = attributes.some(({ name }) => name === "Message-Authenticator");
  const proof = isAsked || code.startsWith("Access-") || code === "Status-Server";
  const others = attributes.filter(({ name }) => name !== "Message-Authenticator");
  const hiding = { secret, authenticator, salt: saltsFrom(firstSalt) };
  const written = others.map((attribute) => encodeAttribute(attribute, hiding));
  const place = proof ? [Uint8Array.of(messageAuthenticator, 18, ...zeros)] : [];
  const octets = concat(new Uint8Array(4), start, ...place, ...written);
  if (octets.length > greatestLength) {
    throw refusePacket(`at most ${greatestLength} octets`, `${octets.length}`, "leave attributes out", [
      "attributes",
    ]);
  }
  octets.set([packetCodes[code], identifier, octets.length >> 8, octets.length & 0xff]);
  if (proof) {
    const valueAt = headerLength + 2;
    octets.set(computeMessageAuthenticator(octets, start, valueAt, secret), valueAt);
  }
  return octets;
}

function sign(octets: Uint8Array, start: Uint8Array, secret: Uint8Array): Uint8Array {
  return md5(octets.subarray(0, 4), start, octets.subarray(headerLength), secret);
}

/** The first bit of a salt is set (RFC 2868 section 3.5). */
function saltsFrom(first: number): () => Uint8Array {
  let next = first;
  return () => {
    const salt = next % 0x8000;
    next += 1;
    return Uint8Array.of(0x80 | (salt >> 8), salt & 0xff);
  };
}

function refuseChance(identifier: number, { authenticator, salt }: Randomness): void {
  if (!isWholeWithin(identifier, 0, 255)) {
    throw refusePacket("an identifier from 0 to 255", `${identifier}`, "count around at 256", ["identifier"]);
  }
  if (authenticator.length !== 16) {
    throw refusePacket("16 octets of an authenticator", `${authenticator.length}`, "draw 16", [
      "authenticator",
    ]);
  }
  if (!isWholeWithin(salt, 0, 0x7fff)) {
    throw refusePacket("a salt from 0 to 32767", `${salt}`, "draw 15 bits", ["salt"]);
  }
}

function refusePacket(expected: string, found: string, instead: string, path: Path): NetworkFault {
  return new NetworkFault("PACKET_INVALID", `expected ${expected}; found ${found}: ${instead}`, path);
}
