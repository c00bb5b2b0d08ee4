import type { Queries } from "../../../platform/database/database.ts";
import { keptDays, mostFinished, waitingDays } from "../store/bounds.ts";

/** The rows that one statement changes. The rest follows at the next time. */
const batch = 5_000;

/** Ends messages that have waited too long: without a server, or for one that fails. */
export async function endOverdue(queries: Queries): Promise<void> {
  await queries.query(
    `UPDATE mail_messages SET state = 'failed', claim = NULL, values_sealed = NULL, finished_at = now(),
            last_error = CASE WHEN EXISTS (SELECT FROM mail_servers) THEN 'EXPIRED' ELSE 'NO_MAIL_SERVER' END,
            version = version + 1, updated_at = now()
      WHERE id IN (SELECT id FROM mail_messages
        WHERE state = 'waiting' AND created_at < now() - make_interval(days => $1) AND (claim IS NULL OR due_at <= now())
        LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [waitingDays, batch],
  );
}

/** Removes ended messages that are old, or more than are kept. */
export async function removeOld(queries: Queries): Promise<void> {
  await queries.query(
    `DELETE FROM mail_messages WHERE id IN (
       SELECT id FROM mail_messages WHERE state <> 'waiting' AND finished_at < now() - make_interval(days => $1) LIMIT $3)
     OR id IN (
       SELECT id FROM mail_messages WHERE state <> 'waiting' ORDER BY finished_at DESC OFFSET $2 LIMIT $3)`,
    [keptDays, mostFinished, batch],
  );
}
