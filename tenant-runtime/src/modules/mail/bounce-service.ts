import type { ModuleWorld } from "../../module/world.ts";
import { AppError } from "../../platform/base/errors.ts";
import { invalidField } from "../../platform/base/invalid-field.ts";
import type { Transaction } from "../../platform/database/database.ts";
import { type Command, carryOut } from "../../platform/events/command.ts";
import { type Report, readReport } from "./bounces/read-report.ts";
import { bounce } from "./sending/settle.ts";
import { sealedMessage } from "./store/sealing.ts";
import { type MessageRow, messagesTable } from "./store/table.ts";

/** The result of a posted report. */
export interface Bounce {
  readonly id: string;
  readonly outcome: "bounced" | "delayed" | "ignored";
  readonly status: string | null;
}

/** The reports of other servers about messages that this ISP has sent. */
export interface BounceService {
  /** Records a report. Throws VALIDATION_ERROR for a message that is none, NOT_FOUND for one about no message of this ISP. */
  receive(report: Uint8Array, command: Command): Promise<Bounce>;
}

export function createBounceService(
  { database, recorder, encryption }: Pick<ModuleWorld, "database" | "recorder" | "encryption">,
  counted: (outcome: Bounce["outcome"]) => void,
): BounceService {
  return {
    async receive(bytes, command) {
      const report = await readReport(bytes);
      if (report === undefined)
        throw invalidField("body", "send a delivery status notification (RFC 3464) about a message of yours");
      return carryOut(database, command, (transaction) => note(transaction, report));
    },
  };

  async function note(transaction: Transaction, report: Report): Promise<Bounce> {
    const row = await messagesTable.lock(transaction, report.message);
    if (row === undefined) throw new AppError("NOT_FOUND");
    const outcome = outcomeOf(row, report);
    const { id } = row;
    if (outcome !== "ignored") await write(transaction, id, outcome, report);
    if (outcome === "bounced") {
      const claimed = { id, recipientSealed: row.recipient_sealed };
      await bounce(transaction, claimed, { status: report.status }, { recorder, encryption });
    }
    transaction.afterCommit(() => counted(outcome));
    return { id, outcome, status: report.status };
  }

  async function write(
    transaction: Transaction,
    id: string,
    outcome: "bounced" | "delayed",
    { status, text }: Report,
  ): Promise<void> {
    await messagesTable.update(transaction, id, {
      ...(outcome === "bounced" && { state: "bounced" }),
      last_error: outcome === "bounced" ? "BOUNCED" : "DELAYED",
      last_status: status,
      answer_sealed: sealedMessage(encryption, id).seal("answer_sealed", text),
    });
  }
}

/** Only a message that was sent can bounce. */
function outcomeOf({ state }: MessageRow, { action }: Report): Bounce["outcome"] {
  if (state !== "sent" || action === "other") return "ignored";
  return action === "failed" ? "bounced" : "delayed";
}
