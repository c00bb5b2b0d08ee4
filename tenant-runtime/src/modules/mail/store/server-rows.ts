import type { Queries } from "../../../platform/database/database.ts";
import { type ServerRow, serversTable } from "./table.ts";

/** The mail server's row, if there is one. */
export async function readServer(queries: Queries): Promise<ServerRow | undefined> {
  const [row] = await serversTable.where(queries, "true", []);
  return row;
}

/** Locks the mail server's row until the transaction ends. */
export async function lockServer(queries: Queries): Promise<ServerRow | undefined> {
  await queries.query("SELECT FROM mail_servers FOR NO KEY UPDATE");
  return readServer(queries);
}

/** Makes waiting messages due, because the settings are others now. Those on their way are left out. */
export async function retryWaiting(queries: Queries): Promise<void> {
  await queries.query(
    `UPDATE mail_messages SET due_at = now(), version = version + 1, updated_at = now()
      WHERE state = 'waiting' AND claim IS NULL AND due_at > now()`,
  );
}
