import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { record } from "../../../../base/cli/schemas/record.ts";
import { id, instant } from "../../../../base/cli/schemas/scalars.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { takeAccounting } from "../../../src/exchange/take-accounting.ts";
import { toHex } from "../../../src/octets/to-hex.ts";
import type { AccountingRecord } from "../../../src/sessions/records/accounting-record.ts";
import { hex, secret } from "../../schemas/access/radius.ts";
import { countSchema, printedCount } from "../../schemas/addresses/printed-count.ts";
import { printedInstant } from "../../schemas/monitoring/printed-alarm.ts";

export const accounting = command({
  name: "accounting",
  summary:
    "the record of an Accounting-Request, in the form of sessions, and the answer: packet in, packet out",
  example: {
    packet: "0407002f315b2b2beb78cca4a3f12bb6863010552806000000022c033101066e656d6f2e06000002582a06000003e8",
    secret: "xyzzy5461",
    nas: "bng-1",
    arrivedAt: "2026-03-20T10:00:00Z",
  },
  input: record({ packet: hex, secret, nas: id, arrivedAt: instant }),
  output: output({
    answered: z.boolean(),
    reason: z.string().optional(),
    message: z.string().optional(),
    packet: z.string().optional(),
    why: z.string().optional(),
    record: output({
      status: z.string(),
      nas: z.string(),
      session: z.string().optional(),
      user: z.string().optional(),
      upload: countSchema.optional(),
      download: countSchema.optional(),
      gigawords: z.boolean(),
      seconds: z.int().optional(),
      arrivedAt: printedInstant,
      delay: z.int(),
      eventAt: printedInstant.optional(),
      multiSession: z.string().optional(),
      class: z.string().optional(),
      cause: z.string().optional(),
    }).optional(),
    setAside: z.array(output({ path: z.string(), message: z.string() })).optional(),
  }),
  run({ packet, secret, nas, arrivedAt }) {
    const answer = takeAccounting(packet, { shared: { secret }, nas }, arrivedAt);
    if (answer.kind === "refused") {
      return { answered: false, reason: answer.reason, message: answer.message };
    }
    const { reply, why, record } = answer;
    const setAside = answer.setAside.map((message) => ({ path: "packet", message }));
    return { answered: true, packet: toHex(reply), why, record: record && printed(record), setAside };
  },
});

/** A record as the command `sessions` reads it. */
function printed({ session, user, wide, upload, download, arrivedAt, eventAt, ...rest }: AccountingRecord) {
  return {
    ...rest,
    session: session || undefined,
    user: user || undefined,
    gigawords: wide,
    upload: upload === undefined ? undefined : printedCount(upload),
    download: download === undefined ? undefined : printedCount(download),
    arrivedAt: Zone.printInstant(arrivedAt),
    eventAt: eventAt === undefined ? undefined : Zone.printInstant(eventAt),
  };
}
