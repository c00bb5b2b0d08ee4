import { readRequest } from "../radius/packet/read-packet.ts";
import { type Refusal, refusal } from "../radius/packet/refusal.ts";
import type { SharedSecret } from "../radius/packet/secret.ts";
import { writeReply } from "../radius/packet/write-packet.ts";
import { type AccountingRecord, hasSession } from "../sessions/records/accounting-record.ts";
import { recordOfAttributes } from "../sessions/records/record-of-attributes.ts";

/** What is known of the NAS that sent a packet. */
export interface AccountingServer {
  readonly shared: SharedSecret;
  /** By which name the server knows the NAS. */
  readonly nas: string;
}

export type AccountingAnswer =
  /** The packet gets no answer. */
  | Refusal
  | {
      readonly kind: "taken";
      /** What to keep before the reply is sent; undefined where nothing in the packet is about a session. */
      readonly record: AccountingRecord | undefined;
      /** Why there is no record; for the log. */
      readonly why: "other-status" | "no-session-id" | "status-server" | undefined;
      /** The octets to send back once the record is kept: without them the NAS sends it again. */
      readonly reply: Uint8Array;
    };

/**
 * From an Accounting-Request's octets to the record that they hold and the octets of the answer. What cannot
 * become a record is answered too, or its NAS would repeat it for ever.
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
  if (code === "Status-Server") return { kind: "taken", record: undefined, why: "status-server", reply };
  const record = recordOfAttributes(packet.attributes, nas, arrivedAt);
  if (record === undefined) return { kind: "taken", record, why: "other-status", reply };
  if (!hasSession(record)) return { kind: "taken", record: undefined, why: "no-session-id", reply };
  return { kind: "taken", record, why: undefined, reply };
}
