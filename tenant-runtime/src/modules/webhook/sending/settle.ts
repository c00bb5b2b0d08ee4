import type { Recorder } from "../../../module/record.ts";
import type { Queries, Transaction } from "../../../platform/database/database.ts";
import type { Sealer } from "../../../platform/secrets/sealer.ts";
import { failingDays } from "../store/bounds.ts";
import { failWaiting } from "../store/delivery-rows.ts";
import { webhookEndpoint } from "../store/models.ts";
import { sealedOf } from "../store/sealing.ts";
import type { Claimed } from "./claim.ts";
import type { NoticedReason, Notify } from "./notice.ts";
import { retryDelay } from "./retry-delays.ts";
import type { Result } from "./send-message.ts";

/** An attempt and its result. */
export interface Attempted {
  readonly claimed: Pick<Claimed, "id" | "endpointId" | "claim" | "attempts" | "urlSealed">;
  readonly result: Result;
}

export interface Settling {
  readonly recorder: Recorder;
  readonly encryption: Sealer;
  readonly notify: Notify;
  readonly random: () => number;
}

/** Records the result of an attempt. Returns the reason if that disables the endpoint. */
export async function settle(
  transaction: Transaction,
  { claimed, result }: Attempted,
  world: Settling,
): Promise<NoticedReason | undefined> {
  if (result.kind === "interrupted") {
    await putBack(transaction, claimed);
    return undefined;
  }
  if (isSuccess(result)) {
    await succeed(transaction, claimed, result.status);
    return undefined;
  }
  const endpoint = await lockEndpoint(transaction, claimed.endpointId);
  if (endpoint === undefined) return undefined;
  const reason = reasonToDisable(endpoint, result);
  const delay = endpoint.enabled && reason === undefined ? delayOf(claimed, result, world.random) : undefined;
  if (!(await fail(transaction, claimed, result, delay))) return undefined;
  if (reason === undefined) await markFailing(transaction, claimed.endpointId);
  else await disable(transaction, claimed, { ...world, reason, description: endpoint.description });
  return reason;
}

type Answered = Extract<Result, { readonly kind: "answered" }>;
type Failed = Exclude<Result, { readonly kind: "interrupted" }>;

/** Whether the receiver has accepted the message. */
export function isSuccess(result: Result): result is Answered {
  return result.kind === "answered" && result.status >= 200 && result.status < 300;
}

interface Endpoint {
  readonly enabled: boolean;
  readonly description: string | null;
  readonly failedLong: boolean;
}

async function lockEndpoint(transaction: Queries, id: string): Promise<Endpoint | undefined> {
  const { rows } = await transaction.query<Endpoint>(
    `SELECT enabled, description, coalesce(failing_since <= now() - make_interval(days => $2), false) AS "failedLong"
       FROM webhook_endpoints WHERE id = $1 FOR NO KEY UPDATE`,
    [id, failingDays],
  );
  return rows[0];
}

function reasonToDisable({ enabled, failedLong }: Endpoint, result: Failed): NoticedReason | undefined {
  if (!enabled) return undefined;
  if (result.kind === "answered" && result.status === 410) return "gone";
  return failedLong ? "failing" : undefined;
}

function delayOf({ attempts }: Attempted["claimed"], result: Failed, random: () => number) {
  return retryDelay(attempts, random, result.kind === "answered" ? result.retryAfterSeconds : undefined);
}

const ended = "claim = NULL, version = version + 1, updated_at = now()";
const ofClaim = "id = $1 AND claim = $2 AND state = 'waiting'";

async function succeed(
  transaction: Queries,
  { id, claim, endpointId }: Attempted["claimed"],
  status: number,
): Promise<void> {
  const { rowCount } = await transaction.query(
    `UPDATE webhook_deliveries SET state = 'succeeded', last_status = $3, last_error = NULL, finished_at = now(), ${ended}
      WHERE ${ofClaim}`,
    [id, claim, status],
  );
  if (rowCount === 0) return;
  await transaction.query(
    `UPDATE webhook_endpoints SET failing_since = NULL, version = version + 1, updated_at = now()
      WHERE id = $1 AND failing_since IS NOT NULL`,
    [endpointId],
  );
}

/** False if the attempt counts as lost already, and another one has begun. */
async function fail(
  transaction: Queries,
  { id, claim }: Attempted["claimed"],
  result: Failed,
  delaySeconds: number | undefined,
): Promise<boolean> {
  const { rowCount } = await transaction.query(
    `UPDATE webhook_deliveries SET last_status = $3, last_error = $4, ${ended},
            state = CASE WHEN $5::float8 IS NULL THEN 'failed' ELSE 'waiting' END,
            finished_at = CASE WHEN $5::float8 IS NULL THEN now() END,
            due_at = now() + make_interval(secs => coalesce($5::float8, 0))
      WHERE ${ofClaim}`,
    [
      id,
      claim,
      result.kind === "answered" ? result.status : null,
      result.kind === "unanswered" ? result.error : null,
      delaySeconds ?? null,
    ],
  );
  return rowCount === 1;
}

/** Ends an attempt as if it had not begun. */
async function putBack(transaction: Queries, { id, claim }: Attempted["claimed"]): Promise<void> {
  await transaction.query(
    `UPDATE webhook_deliveries SET attempts = attempts - 1, due_at = now(), ${ended} WHERE ${ofClaim}`,
    [id, claim],
  );
}

async function markFailing(transaction: Queries, endpointId: string): Promise<void> {
  await transaction.query(
    `UPDATE webhook_endpoints SET failing_since = now(), version = version + 1, updated_at = now()
      WHERE id = $1 AND failing_since IS NULL AND enabled`,
    [endpointId],
  );
}

async function disable(
  transaction: Transaction,
  { endpointId: id, urlSealed }: Attempted["claimed"],
  {
    reason,
    description,
    recorder,
    encryption,
    notify,
  }: Settling & { readonly reason: NoticedReason; readonly description: string | null },
): Promise<void> {
  await transaction.query(
    `UPDATE webhook_endpoints SET enabled = false, disabled_at = now(), disabled_reason = $2,
            failing_since = coalesce(failing_since, now()), version = version + 1, updated_at = now() WHERE id = $1`,
    [id, reason],
  );
  await failWaiting(transaction, id);
  const actor = { id: "system", requestId: undefined };
  await recorder.change(transaction, webhookEndpoint, { verb: "disabled", id, actor, details: { reason } });
  const url = sealedOf(encryption, id).open("url_sealed", urlSealed);
  await notify(transaction, { id, url, description, reason });
}
