import type { Attribute } from "../attributes/attribute.ts";
import { firstValue } from "../attributes/read.ts";
import { sameOctets } from "../crypto/digest.ts";
import { concat } from "../octets/concat.ts";
import { attribute } from "../values/build-attribute.ts";
import { challengeResponse } from "./challenge-response.ts";
import { authenticatorResponse, type Exchange, mppeKeys, ntResponse } from "./ms-chap-v2.ts";
import { ntHash } from "./nt-hash.ts";
import type { PasswordCheck } from "./password-check.ts";

/**
 * Checks MS-CHAPv2; the result has the server's proof and keys for the accept. Undefined if the request has no
 * MS-CHAPv2.
 */
export function checkMsChapV2(attributes: readonly Attribute[], password: string): PasswordCheck | undefined {
  const response = firstValue(attributes, "MS-CHAP2-Response", "octets");
  const authenticatorChallenge = firstValue(attributes, "MS-CHAP-Challenge", "octets");
  const userName = firstValue(attributes, "User-Name", "text");
  if (response === undefined || authenticatorChallenge === undefined || userName === undefined)
    return undefined;
  /** Identifier, flags, challenge of 16 octets, 8 of zeros, answer of 24: RFC 2548 section 2.3.2. */
  const exchange = { peerChallenge: response.subarray(2, 18), authenticatorChallenge, userName };
  const answer = response.subarray(26, 50);
  const hash = ntHash(password);
  if (!sameOctets(ntResponse(exchange, hash), answer)) return { kind: "wrong", method: "MS-CHAPv2" };
  const identifier = response.subarray(0, 1);
  return { kind: "right", method: "MS-CHAPv2", reply: acceptOf(exchange, hash, answer, identifier) };
}

/** Checks MS-CHAP version 1 by its NT answer (RFC 2433). The answer of LAN Manager is too weak to accept. */
export function checkMsChap(attributes: readonly Attribute[], password: string): PasswordCheck | undefined {
  const response = firstValue(attributes, "MS-CHAP-Response", "octets");
  const challenge = firstValue(attributes, "MS-CHAP-Challenge", "octets");
  if (response === undefined || challenge?.length !== 8) return undefined;
  /** Identifier, flags, LAN Manager's answer of 24 octets, NT's of 24: RFC 2548 section 2.1.3. */
  const right = sameOctets(challengeResponse(challenge, ntHash(password)), response.subarray(26, 50));
  return right ? { kind: "right", method: "MS-CHAP", reply: [] } : { kind: "wrong", method: "MS-CHAP" };
}

/** RFC 2548 sections 2.3.3, 2.4.2 and 2.4.3. */
function acceptOf(exchange: Exchange, hash: Uint8Array, answer: Uint8Array, identifier: Uint8Array) {
  const proof = new TextEncoder().encode(authenticatorResponse(exchange, hash, answer));
  const { send, receive } = mppeKeys(hash, answer);
  return [
    attribute("MS-CHAP2-Success", concat(identifier, proof)),
    attribute("MS-MPPE-Send-Key", send),
    attribute("MS-MPPE-Recv-Key", receive),
  ];
}
