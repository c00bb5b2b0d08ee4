import { firstValue } from "../attributes/read.ts";
import { md5, sameOctets } from "../crypto/digest.ts";
import type { Packet } from "../packet/packet.ts";
import { checkMsChap, checkMsChapV2 } from "./check-ms-chap.ts";
import type { PasswordCheck } from "./password-check.ts";

const utf8 = new TextEncoder();

/**
 * Checks the password of an Access-Request against the one that is known, by the method that the request has:
 * User-Password, CHAP-Password (RFC 2865 sections 5.2 and 5.3), MS-CHAP and MS-CHAPv2 (RFC 2548 section 2).
 */
export function checkPassword(request: Packet, password: string): PasswordCheck {
  const { attributes, authenticator } = request;
  const pap = firstValue(attributes, "User-Password", "text");
  if (pap !== undefined) return judged("PAP", sameText(pap, password));
  const chap = firstValue(attributes, "CHAP-Password", "octets");
  if (chap !== undefined) {
    const challenge = firstValue(attributes, "CHAP-Challenge", "octets") ?? authenticator;
    const right = md5(chap.subarray(0, 1), utf8.encode(password), challenge);
    return judged("CHAP", sameOctets(right, chap.subarray(1)));
  }
  return checkMsChapV2(attributes, password) ?? checkMsChap(attributes, password) ?? { kind: "unknown" };
}

function judged(method: "PAP" | "CHAP", right: boolean): PasswordCheck {
  return right ? { kind: "right", method, reply: [] } : { kind: "wrong", method };
}

/** Over hashes, so that the time tells nothing of where or in what length they differ. */
function sameText(one: string, other: string): boolean {
  return sameOctets(md5(utf8.encode(one)), md5(utf8.encode(other)));
}
