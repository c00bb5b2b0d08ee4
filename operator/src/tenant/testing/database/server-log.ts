import { withClient } from "../../../../../harness/services/postgres.ts";
import type { PlatformDatabase } from "./platform-database.ts";

/** The log of the PostgreSQL server. As bytes, because other tests write text of other encodings into it. */
export function serverLog({ database }: Pick<PlatformDatabase, "database">): Promise<string> {
  return withClient(database.superuser, async (client) => {
    const { rows } = await client.query<{ log: Buffer }>(
      "SELECT pg_read_binary_file(current_setting('data_directory') || '/../server.log') AS log",
    );
    return rows[0]?.log.toString("latin1") ?? "";
  });
}
