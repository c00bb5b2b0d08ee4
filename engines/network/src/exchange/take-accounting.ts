import { readRequest } from "../radius/packet/read-packet.ts";
import { type Refusal, refusal } from "../radius/packet/refusal.ts";
import type { SharedSecret } from "../radius/packet/secret.ts";
import { writeReply } from "../radius/packet/write-packet.ts";
import { type AccountingRecord, hasSession } from "../sessions/records/accounting-record.ts";
import { loneGigawords } from "../sessions/records/lone-gigawords.ts";
import { malformedValues } from "../sessions/records/malformed-values.ts";
import { recordOfAttributes } from "../sessions/records/record-of-attributes.ts";

/** The known facts about the NAS that sent a packet. */
export interface AccountingServer {
  readonly shared: SharedSecret;
  /** The server's name for the NAS. */
  readonly nas: string;
}

/** `malformed-status` and `no-session-id` are of a session, but no record can be read. */
export type WithoutRecord = "malformed-status" | "other-status" | "no-session-id" | "status-server";

export type AccountingAnswer =
  /** The packet gets no answer. */
  | Refusal
  | {
      readonly kind: "taken";
      /** The record to store before the reply is sent. Undefined when nothing in the packet is about a session. */
      readonly record: AccountingRecord | undefined;
      /** The reason why there is no record, for the log. */
      readonly why: WithoutRecord | undefined;
      /** The parts of the packet that are not in the record, each with the reason. */
      readonly setAside: readonly string[];
      /** The octets to send back after the record is stored. A NAS without this reply repeats its packet. */
      readonly reply: Uint8Array;
    };

/**
 * Reads an Accounting-Request's octets into a record, and makes the octets of the reply. A packet without a record
 * gets a reply too, because its NAS would otherwise repeat it forever.
 */
export function takeAccounting(
  datagram: Uint8Array,
  { shared, nas }: AccountingServer,
  arrivedAt: number,
): AccountingAnswer {
  const received = readRequest(datagram, shared);
  if (received.kind === "refused") return received;
  const { packet } = received;
  const { code } = packet;
  if (code !== "Accounting-Request" && code !== "Status-Server") {
    return refusal("unexpected-code", "an Accounting-Request or Status-Server", code);
  }
  const outgoing = { code: "Accounting-Response", attributes: [] } as const;
  const reply = writeReply(outgoing, { ...packet, code }, shared.secret, 0);
  const malformed = malformedValues(packet.attributes);
  const without = (why: WithoutRecord, needed?: string) => {
    const missing = malformed.filter(({ name }) => name === needed);
    const setAside = missing.map(({ name, why }) => `${name}: ${why}: the packet gives no record`);
    return { kind: "taken", record: undefined, why, setAside, reply } as const;
  };
  if (code === "Status-Server") return without("status-server");
  const record = recordOfAttributes(packet.attributes, nas, arrivedAt);
  if (record === undefined) {
    const isMalformed = malformed.some(({ name }) => name === "Acct-Status-Type");
    return isMalformed ? without("malformed-status", "Acct-Status-Type") : without("other-status");
  }
  if (!hasSession(record)) return without("no-session-id", "Acct-Session-Id");
  const unread = malformed.map(({ name, why }) => `${name}: ${why}: the record counts without it`);
  const setAside = [...unread, ...loneGigawords(packet.attributes)];
  return { kind: "taken", record, why: undefined, setAside, reply };
}
