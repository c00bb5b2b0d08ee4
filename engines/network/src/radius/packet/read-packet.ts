import { md5, sameOctets } from "../crypto/digest.ts";
import { decodeAttributes } from "../wire/decode-attributes.ts";
import { refuseMessageAuthenticator } from "./message-authenticator.ts";
import type { Packet } from "./packet.ts";
import { type Frame, headerLength, readFrame } from "./read-frame.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { hasRandomAuthenticator, isRequest, type RequestCode, repliesTo } from "./request-code.ts";
import type { SharedSecret } from "./secret.ts";

/** A packet that the secret proves, or why it is to be discarded in silence. */
export type Received = { readonly kind: "read"; readonly packet: Packet } | Refusal;

/** What of a request its reply is read and written by. */
export type RequestHeader = Pick<Packet, "identifier" | "authenticator"> & { readonly code: RequestCode };

const zeros = new Uint8Array(16);
/** RFC 2865 section 5.33. */
const proxyState = 33;

/**
 * Reads a request as a server does: an Access-Request and Status-Server are proved by their
 * Message-Authenticator, the others by their authenticator (RFC 2866 section 3, RFC 5176 section 2.3).
 */
export function readRequest(datagram: Uint8Array, nas: SharedSecret): Received {
  const frame = readFrame(datagram);
  if (frame.kind === "refused") return frame;
  if (!isRequest(frame.code)) return refusal("unexpected-code", "a request", frame.code);
  const random = hasRandomAuthenticator(frame.code);
  const wrong = random ? undefined : refuseAuthenticator(frame, zeros, nas.secret);
  if (wrong !== undefined) return wrong;
  const authenticator = random ? frame.authenticator : zeros;
  return proved(frame, authenticator, nas.secret, random && mustBeSigned(frame, nas));
}

/**
 * Whether a request whose authenticator proves nothing needs a Message-Authenticator. A Status-Server always
 * does (RFC 5997 section 3); an excepted NAS sends no Proxy-State, by which Blast-RADIUS makes its collisions.
 */
function mustBeSigned({ code, attributes }: Frame, { requireMessageAuthenticator }: SharedSecret): boolean {
  if (requireMessageAuthenticator !== false || code === "Status-Server") return true;
  return attributes.some(({ number }) => number === proxyState);
}

/**
 * Reads a reply as a NAS does: its code and identifier must fit the request, its authenticator prove it
 * (RFC 2865 section 3), and its Message-Authenticator too, which a reply to an Access-Request must have.
 */
export function readReply(datagram: Uint8Array, request: RequestHeader, nas: SharedSecret): Received {
  const frame = readFrame(datagram);
  if (frame.kind === "refused") return frame;
  const fitting = repliesTo(request.code);
  if (!fitting.includes(frame.code)) {
    return refusal("unexpected-code", `a reply to ${request.code}: ${fitting.join(", ")}`, frame.code);
  }
  if (frame.identifier !== request.identifier) {
    return refusal("unexpected-identifier", `identifier ${request.identifier}`, `${frame.identifier}`);
  }
  const wrong = refuseAuthenticator(frame, request.authenticator, nas.secret);
  if (wrong !== undefined) return wrong;
  const required = frame.code.startsWith("Access-") && nas.requireMessageAuthenticator !== false;
  const random = hasRandomAuthenticator(request.code);
  return proved(frame, random ? request.authenticator : zeros, nas.secret, required, request.authenticator);
}

/** Reads a packet without proof, to be shown to a person; with a secret, what it hides too. */
export function inspectPacket(datagram: Uint8Array, secret?: Uint8Array): Received {
  const frame = readFrame(datagram);
  if (frame.kind === "refused") return frame;
  const authenticator = hasRandomAuthenticator(frame.code) ? frame.authenticator : zeros;
  return {
    kind: "read",
    packet: packetOf(frame, secret === undefined ? undefined : { secret, authenticator }),
  };
}

function proved(
  frame: Frame,
  hidingAuthenticator: Uint8Array,
  secret: Uint8Array,
  required: boolean,
  authenticator: Uint8Array = hidingAuthenticator,
): Received {
  const wrong = refuseMessageAuthenticator(frame, authenticator, secret, required);
  if (wrong !== undefined) return wrong;
  return { kind: "read", packet: packetOf(frame, { secret, authenticator: hidingAuthenticator }) };
}

function packetOf(frame: Frame, hiding: Parameters<typeof decodeAttributes>[1]): Packet {
  const { code, identifier, authenticator, attributes } = frame;
  return { code, identifier, authenticator, attributes: decodeAttributes(attributes, hiding) };
}

function refuseAuthenticator({ code, octets, authenticator }: Frame, start: Uint8Array, secret: Uint8Array) {
  const right = md5(octets.subarray(0, 4), start, octets.subarray(headerLength), secret);
  if (sameOctets(right, authenticator)) return undefined;
  return refusal(
    "bad-authenticator",
    `the authenticator of this ${code} and secret`,
    "another: the secrets differ, or the packet was changed",
  );
}
