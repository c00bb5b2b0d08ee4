import { hmacMd5, sameOctets } from "../crypto/digest.ts";
import { type Frame, headerLength } from "./read-frame.ts";
import { type Refusal, refusal } from "./refusal.ts";

/** The types of Message-Authenticator (RFC 2869 section 5.14) and of EAP-Message, which is invalid without one. */
export const messageAuthenticator = 80;
const eapMessage = 79;

/**
 * HMAC-MD5 over the packet, keyed by the secret. The authenticator is that of the code's rule, and the value itself
 * is zeros (RFC 2869 section 5.14, RFC 5176 section 3.4).
 */
export function computeMessageAuthenticator(
  octets: Uint8Array,
  authenticator: Uint8Array,
  valueAt: number,
  secret: Uint8Array,
): Uint8Array {
  const [before, after] = [octets.subarray(headerLength, valueAt), octets.subarray(valueAt + 16)];
  return hmacMd5(secret, octets.subarray(0, 4), authenticator, before, new Uint8Array(16), after);
}

/** The reason why a packet's Message-Authenticator is wrong or missing; undefined if it is right, or not needed. */
export function refuseMessageAuthenticator(
  { attributes, octets }: Frame,
  authenticator: Uint8Array,
  secret: Uint8Array,
  required: boolean,
): Refusal | undefined {
  const found = attributes.filter(({ number }) => number === messageAuthenticator);
  const [first] = found;
  if (first === undefined) {
    if (!required && !attributes.some(({ number }) => number === eapMessage)) return undefined;
    return refusal("missing-message-authenticator", "a Message-Authenticator", "none");
  }
  if (found.length > 1) {
    return refusal("repeated-message-authenticator", "one Message-Authenticator", `${found.length}`);
  }
  const valueAt = first.value.byteOffset - octets.byteOffset;
  const right = computeMessageAuthenticator(octets, authenticator, valueAt, secret);
  if (sameOctets(right, first.value)) return undefined;
  return refusal(
    "bad-message-authenticator",
    "the Message-Authenticator of this packet and secret",
    "another: the secrets differ, or the packet was changed",
  );
}
