import { randomUUID } from "node:crypto";
import type { Recorder } from "../../../module/record.ts";
import { parseEmailAddress } from "../../../platform/contact-data/email-address.ts";
import type { Queries, Transaction } from "../../../platform/database/database.ts";
import type { Encryption } from "../../../platform/secrets/encryption.ts";
import { mailMessage, mailSuppression } from "../store/models.ts";
import { sealedMessage } from "../store/sealing.ts";
import { insertSuppression } from "../store/suppression-rows.ts";
import type { ServerRow } from "../store/table.ts";
import type { Claimed } from "./claim.ts";
import type { Answer, Result } from "./result.ts";
import { retryDelay, serverPause } from "./retry-delays.ts";

/** An attempt and its result. */
export interface Attempted {
  readonly claimed: Pick<Claimed, "id" | "claim" | "attempts" | "recipientSealed">;
  readonly server: Pick<ServerRow, "revision">;
  readonly result: Result;
}

export interface Settling {
  readonly recorder: Recorder;
  readonly encryption: Encryption;
  readonly random: () => number;
}

type Ended = Exclude<Result, { readonly kind: "interrupted" }>;

/** Records the result of an attempt. */
export async function settle(transaction: Transaction, attempted: Attempted, world: Settling): Promise<void> {
  const { claimed, result } = attempted;
  if (result.kind === "interrupted") return putBack(transaction, claimed);
  // Before the message, in the order of a claim.
  await transaction.query("SELECT FROM mail_servers FOR NO KEY UPDATE");
  const isCurrent = await end(transaction, claimed, result, world);
  await noteServer(transaction, attempted, world.random);
  if (isCurrent && result.kind === "bounced") await bounce(transaction, claimed, result.answer, world);
}

/** Writes the state of the message. False if the attempt counts as lost already, and another one has begun. */
async function end(
  transaction: Queries,
  { id, claim, attempts }: Attempted["claimed"],
  result: Ended,
  { encryption, random }: Settling,
): Promise<boolean> {
  const isTriedAgain = result.kind === "postponed" || result.kind === "server_failed";
  const delay = isTriedAgain ? retryDelay(attempts, random) : undefined;
  const { answer } = result;
  const { rowCount } = await transaction.query(
    `UPDATE mail_messages SET state = $3, claim = NULL, last_error = $4, last_reply = $5, last_status = $6,
            answer_sealed = $7, due_at = now() + make_interval(secs => $8),
            finished_at = CASE WHEN $3 <> 'waiting' THEN now() END,
            values_sealed = CASE WHEN $3 = 'waiting' THEN values_sealed END,
            version = version + 1, updated_at = now()
      WHERE id = $1 AND claim = $2 AND state = 'waiting'`,
    [
      id,
      claim,
      stateAfter(result, delay),
      "error" in result ? result.error : null,
      answer?.reply ?? null,
      answer?.status ?? null,
      sealedMessage(encryption, id).seal("answer_sealed", answer?.text ?? null),
      delay ?? 0,
    ],
  );
  return rowCount === 1;
}

function stateAfter({ kind }: Ended, delay: number | undefined) {
  if (kind === "sent" || kind === "bounced") return kind;
  return delay === undefined ? "failed" : "waiting";
}

/** Ends an attempt as if it had not begun. */
async function putBack(transaction: Queries, { id, claim }: Attempted["claimed"]): Promise<void> {
  await transaction.query(
    `UPDATE mail_messages SET attempts = attempts - 1, due_at = now(), claim = NULL, version = version + 1,
            updated_at = now()
      WHERE id = $1 AND claim = $2 AND state = 'waiting'`,
    [id, claim],
  );
}

/** Marks the server as failing, with a pause, or as working. Earlier settings tell nothing of the present ones. */
async function noteServer(
  transaction: Queries,
  { server: { revision }, result }: Attempted,
  random: () => number,
): Promise<void> {
  if (isWorking(result)) {
    await transaction.query(
      `UPDATE mail_servers SET failing_since = NULL, failures = 0, last_error = NULL, paused_until = NULL,
              version = version + 1, updated_at = now()
        WHERE revision = $1 AND failing_since IS NOT NULL`,
      [revision],
    );
    return;
  }
  if (result.kind !== "server_failed") return;
  const { rows } = await transaction.query<{ failures: number }>(
    "SELECT failures FROM mail_servers WHERE revision = $1",
    [revision],
  );
  if (rows[0] === undefined) return;
  const failures = rows[0].failures + 1;
  await transaction.query(
    `UPDATE mail_servers SET failing_since = coalesce(failing_since, now()), failures = $2, last_error = $3,
            paused_until = now() + make_interval(secs => $4), version = version + 1, updated_at = now()
      WHERE revision = $1`,
    [revision, failures, result.error, serverPause(failures, random)],
  );
}

/** A message that was not tried tells nothing of the server. */
function isWorking(result: Result): boolean {
  if (result.kind === "sent") return true;
  return result.kind !== "interrupted" && result.kind !== "server_failed" && result.answer !== undefined;
}

const actor = { id: "system", requestId: undefined };

/** Records a bounce, and that nothing is sent to the address any more. */
export async function bounce(
  transaction: Transaction,
  { id, recipientSealed }: Pick<Claimed, "id" | "recipientSealed">,
  answer: Pick<Answer, "status"> | undefined,
  { recorder, encryption }: Pick<Settling, "recorder" | "encryption">,
): Promise<void> {
  const details = answer?.status == null ? {} : { status: answer.status };
  await recorder.change(transaction, mailMessage, { verb: "bounced", id, actor, details });
  const address = parseEmailAddress(sealedMessage(encryption, id).open("recipient_sealed", recipientSealed));
  if (address === undefined) return;
  const suppression = { id: randomUUID(), address, reason: "bounced", message: id } as const;
  if ((await insertSuppression(transaction, encryption, suppression)) !== "inserted") return;
  const happening = { id: suppression.id, actor, details: { reason: "bounced", message: id } };
  await recorder.change(transaction, mailSuppression, { verb: "created", ...happening });
}
