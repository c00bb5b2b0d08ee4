/** The kinds of packet and their codes: RFC 2865 section 3, RFC 2866 section 3, RFC 5176 section 2.3, RFC 5997. */
export const packetCodes = {
  "Access-Request": 1,
  "Access-Accept": 2,
  "Access-Reject": 3,
  "Accounting-Request": 4,
  "Accounting-Response": 5,
  "Access-Challenge": 11,
  "Status-Server": 12,
  "Disconnect-Request": 40,
  "Disconnect-ACK": 41,
  "Disconnect-NAK": 42,
  "CoA-Request": 43,
  "CoA-ACK": 44,
  "CoA-NAK": 45,
} as const;

export type PacketCode = keyof typeof packetCodes;

const names = new Map<number, PacketCode>(
  Object.entries(packetCodes).map(([name, code]) => [code, name as PacketCode]),
);

/** The kind of packet of a code; undefined for an unsupported one. */
export function packetName(code: number): PacketCode | undefined {
  return names.get(code);
}
