import { md5, sameOctets } from "../crypto/digest.ts";
import { decodeAttributes } from "../wire/decode-attributes.ts";
import { refuseMessageAuthenticator } from "./message-authenticator.ts";
import type { Packet } from "./packet.ts";
import { type Frame, headerLength, readFrame } from "./read-frame.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { hasRandomAuthenticator, isRequest, type RequestCode, repliesTo } from "./request-code.ts";
import type { SharedSecret } from "./secret.ts";

/** A packet that the secret verifies, or the reason to discard it silently. */
export type Received = { readonly kind: "read"; readonly packet: Packet } | Refusal;

/** The parts of a request that are needed to verify and write its reply. */
export type RequestHeader = Pick<Packet, "identifier" | "authenticator"> & { readonly code: RequestCode };

const zeros = new Uint8Array(16);
/** RFC 2865 section 5.33. */
const proxyState = 33;

/**
 * Reads a request as a server: verifies an Access-Request or Status-Server by its Message-Authenticator, other
 * requests by their authenticator (RFC 2866 section 3, RFC 5176 section 2.3).
 */
export function readRequest(datagram: Uint8Array, nas: SharedSecret): Received {
  const frame = readFrame(datagram);
  if (frame.kind === "refused") return frame;
  if (!isRequest(frame.code)) return refusal("unexpected-code", "a request", frame.code);
  const random = hasRandomAuthenticator(frame.code);
  const wrong = random ? undefined : refuseAuthenticator(frame, zeros, nas.secret);
  if (wrong !== undefined) return wrong;
  const authenticator = random ? frame.authenticator : zeros;
  const authenticators = { ofRequest: authenticator, hiding: authenticator };
  return proved(frame, authenticators, nas.secret, random && mustBeSigned(frame, nas));
}

/**
 * Whether a request with a random authenticator needs a Message-Authenticator. A Status-Server always needs one
 * (RFC 5997 section 3). An exempt NAS must not send Proxy-State, because Blast-RADIUS makes its collisions with it.
 */
function mustBeSigned({ code, attributes }: Frame, { requireMessageAuthenticator }: SharedSecret): boolean {
  if (requireMessageAuthenticator !== false || code === "Status-Server") return true;
  return attributes.some(({ number }) => number === proxyState);
}

/**
 * Reads a reply as a NAS: its code and identifier must match the request, and its authenticator must be right (RFC
 * 2865 section 3). So must its Message-Authenticator, which is required in a reply to an Access-Request.
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
  const hiding = random ? request.authenticator : zeros;
  return proved(frame, { ofRequest: request.authenticator, hiding }, nas.secret, required);
}

/** Reads a packet without verifying it, to show it to a person. With a secret, also reveals its hidden values. */
export function inspectPacket(datagram: Uint8Array, secret?: Uint8Array): Received {
  const frame = readFrame(datagram);
  if (frame.kind === "refused") return frame;
  const authenticator = hasRandomAuthenticator(frame.code) ? frame.authenticator : zeros;
  return {
    kind: "read",
    packet: packetOf(frame, secret === undefined ? undefined : { secret, authenticator }),
  };
}

interface Authenticators {
  /** The authenticator for the computation of the Message-Authenticator. */
  readonly ofRequest: Uint8Array;
  /** The authenticator that hides passwords; zeros in a packet without a random one. */
  readonly hiding: Uint8Array;
}

function proved(
  frame: Frame,
  { ofRequest, hiding }: Authenticators,
  secret: Uint8Array,
  required: boolean,
): Received {
  const wrong = refuseMessageAuthenticator(frame, ofRequest, secret, required);
  if (wrong !== undefined) return wrong;
  return { kind: "read", packet: packetOf(frame, { secret, authenticator: hiding }) };
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
