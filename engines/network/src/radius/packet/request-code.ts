import type { PacketCode } from "./packet-code.ts";

/** The replies of each request: RFC 2865 section 4, RFC 2866 section 4, RFC 5176 section 2, RFC 5997 section 3. */
const replies = {
  "Access-Request": ["Access-Accept", "Access-Reject", "Access-Challenge"],
  "Accounting-Request": ["Accounting-Response"],
  "Status-Server": ["Access-Accept", "Accounting-Response"],
  "Disconnect-Request": ["Disconnect-ACK", "Disconnect-NAK"],
  "CoA-Request": ["CoA-ACK", "CoA-NAK"],
} as const satisfies Partial<Record<PacketCode, readonly PacketCode[]>>;

export type RequestCode = keyof typeof replies;
export type ReplyCode = (typeof replies)[RequestCode][number];

export function isRequest(code: PacketCode): code is RequestCode {
  return Object.hasOwn(replies, code);
}

export function repliesTo(code: RequestCode): readonly PacketCode[] {
  return replies[code];
}

/** Whether the authenticator is random, not a hash of the packet (RFC 2865 section 3, RFC 5997 section 3). */
export function hasRandomAuthenticator(code: PacketCode): boolean {
  return code === "Access-Request" || code === "Status-Server";
}
