import type { Attribute } from "../attributes/attribute.ts";
import { firstValue } from "../attributes/read.ts";
import { md5, sameOctets } from "../crypto/digest.ts";
import type { Packet } from "../packet/packet.ts";
import { checkMsChap, checkMsChapV2 } from "./check-ms-chap.ts";
import type { PasswordCheck } from "./password-check.ts";

const utf8 = new TextEncoder();

/**
 * Checks the password of an Access-Request against the known one, by the method of the request: User-Password,
 * CHAP-Password (RFC 2865 sections 5.2 and 5.3), MS-CHAP or MS-CHAPv2 (RFC 2548 section 2). An empty known password
 * is always wrong, because it was never set.
 */
export function checkPassword(request: Packet, password: string): PasswordCheck {
  const check = compare(request, password);
  return check.kind === "right" && password === "" ? { kind: "wrong", method: check.method } : check;
}

function compare(request: Packet, password: string): PasswordCheck {
  const { attributes, authenticator } = request;
  const pap = attributes.find(({ name }) => name === "User-Password");
  if (pap !== undefined) return judged("PAP", isPassword(pap, password));
  const chap = firstValue(attributes, "CHAP-Password", "octets");
  if (chap !== undefined) {
    const challenge = firstValue(attributes, "CHAP-Challenge", "octets") ?? authenticator;
    const right = md5(chap.subarray(0, 1), utf8.encode(password), challenge);
    return judged("CHAP", isEncodable(password) && sameOctets(right, chap.subarray(1)));
  }
  return checkMsChapV2(attributes, password) ?? checkMsChap(attributes, password) ?? { kind: "unknown" };
}

function judged(method: "PAP" | "CHAP", right: boolean): PasswordCheck {
  return right ? { kind: "right", method, reply: [] } : { kind: "wrong", method };
}

/**
 * Whether the octets of a User-Password equal a known password. Octets that are not UTF-8 never do, because a known
 * password is text. Hashes are compared, so that the time reveals neither position nor length of a difference.
 */
function isPassword({ type, value }: Attribute, password: string): boolean {
  return (
    type === "text" &&
    isEncodable(password) &&
    sameOctets(md5(utf8.encode(value)), md5(utf8.encode(password)))
  );
}

/** Whether UTF-8 can encode the password: half of a surrogate pair becomes U+FFFD, and so equals every other one. */
function isEncodable(password: string): boolean {
  return password.isWellFormed();
}
