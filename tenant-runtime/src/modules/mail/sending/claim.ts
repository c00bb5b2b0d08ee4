import type { Queries } from "../../../platform/database/database.ts";
import { claimSeconds, mostInFlight, mostPerHour } from "../store/bounds.ts";
import { readServer } from "../store/server-rows.ts";
import type { ServerRow } from "../store/table.ts";

/** The state of the queue at one instant. */
export interface Look {
  readonly hasMessages: boolean;
  readonly hasWaiting: boolean;
  /** The time until a message can be tried: 0 or less while there is no room, null if none waits or there is no server. */
  readonly dueInMs: number | null;
}

/** A message whose attempt has begun. */
export interface Claimed {
  readonly id: string;
  /** Names the attempt. */
  readonly claim: string;
  /** The number of this attempt, counted from 1. */
  readonly attempts: number;
  readonly template: string;
  readonly language: string | null;
  /** In base64, as the following. */
  readonly recipientSealed: string;
  readonly valuesSealed: string;
  readonly messageId: string;
}

/** Messages, and the settings for sending them. */
export interface Claim {
  readonly server: ServerRow;
  readonly messages: readonly Claimed[];
}

/** One statement that writes nothing. */
export async function lookForDue(queries: Queries): Promise<Look> {
  const { rows } = await queries.query<Look>(
    `SELECT EXISTS (SELECT FROM mail_messages) AS "hasMessages", next.due_at IS NOT NULL AS "hasWaiting",
            (SELECT ceil(extract(epoch FROM greatest(next.due_at, paused_until) - now()) * 1000)::float8
               FROM mail_servers WHERE next.due_at IS NOT NULL) AS "dueInMs"
       FROM (SELECT min(due_at) AS due_at FROM mail_messages WHERE state = 'waiting') AS next`,
  );
  return rows[0] ?? { hasMessages: false, hasWaiting: false, dueInMs: null };
}

/**
 * Begins attempts of due messages, as many as there is room for; one, while the server fails. Messages to suppressed
 * addresses end. Undefined without a server, while it pauses, or while another pod claims.
 */
export async function claimDue(transaction: Queries): Promise<Claim | undefined> {
  const { rowCount } = await transaction.query(
    "SELECT FROM mail_servers WHERE paused_until IS NULL OR paused_until <= now() FOR NO KEY UPDATE SKIP LOCKED",
  );
  const server = rowCount === 0 ? undefined : await readServer(transaction);
  if (server === undefined) return undefined;
  await endSuppressed(transaction);
  return { server, messages: await claim(transaction, server) };
}

async function endSuppressed(transaction: Queries): Promise<void> {
  await transaction.query(
    `UPDATE mail_messages SET state = 'suppressed', claim = NULL, values_sealed = NULL, last_error = 'SUPPRESSED',
            finished_at = now(), version = version + 1, updated_at = now()
      WHERE id IN (SELECT id FROM mail_messages AS message
        WHERE state = 'waiting' AND due_at <= now()
          AND EXISTS (SELECT FROM mail_suppressions WHERE address_exact = message.recipient_exact)
        FOR UPDATE SKIP LOCKED)`,
  );
}

async function claim(transaction: Queries, { from_domain, failing_since }: ServerRow): Promise<Claimed[]> {
  const { rows } = await transaction.query<Claimed>(
    `WITH chosen AS (
       SELECT id FROM mail_messages WHERE state = 'waiting' AND due_at <= now() ORDER BY due_at
        LIMIT greatest(0, least(
          $1 - (SELECT count(*) FROM mail_messages WHERE claim IS NOT NULL AND due_at > now()),
          $2 - (SELECT count(*) FROM mail_messages WHERE last_attempt_at > now() - interval '1 hour')))
        FOR UPDATE SKIP LOCKED
     )
     UPDATE mail_messages AS message
        SET claim = gen_random_uuid(), attempts = attempts + 1, last_attempt_at = now(),
            due_at = now() + make_interval(secs => $3), version = message.version + 1, updated_at = now(),
            message_id = coalesce(message_id, '<' || message.id || '@' || $4 || '>')
       FROM chosen WHERE message.id = chosen.id
     RETURNING message.id, claim, attempts, template, language, message_id AS "messageId",
       encode(recipient_sealed, 'base64') AS "recipientSealed", encode(values_sealed, 'base64') AS "valuesSealed"`,
    [failing_since === null ? mostInFlight : 1, mostPerHour, claimSeconds, from_domain],
  );
  return rows;
}
