import { withClient } from "../../../../../harness/services/postgres.ts";
import type { PlatformDatabase } from "./platform-database.ts";

// PostgreSQL sends bytes as twice as many digits, and a process of it has 64 MiB for all.
const partBytes = 4 << 20;

/**
 * Those of the texts that stand in the log of the PostgreSQL server, in the given order. The log is read as bytes and in
 * parts, because other tests write text of other encodings, and a lot of it.
 */
export function loggedOf(
  { database }: Pick<PlatformDatabase, "database">,
  texts: readonly string[],
): Promise<string[]> {
  const longest = Math.max(...texts.map((text) => Buffer.byteLength(text)));
  return withClient(database.superuser, async (client) => {
    const found = new Set<string>();
    for (let offset = 0; ; offset += partBytes - longest) {
      const { rows } = await client.query<{ part: Buffer }>(
        "SELECT pg_read_binary_file(current_setting('data_directory') || '/../server.log', $1, $2) AS part",
        [offset, partBytes],
      );
      const part = rows[0]?.part ?? Buffer.alloc(0);
      for (const text of texts) if (part.includes(text)) found.add(text);
      if (part.length < partBytes) return texts.filter((text) => found.has(text));
    }
  });
}
