import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";

const directory = join(import.meta.dirname, "..", "..", "..", "..", "operator", "sql");

/**
 * Creates the objects that all tenants share, with the operator's own numbered SQL. `client` is logged in as the
 * operator.
 */
export async function createPlatformTables(client: Client): Promise<void> {
  for (const name of (await readdir(directory)).sort()) {
    await client.query(await readFile(join(directory, name), "utf8"));
  }
}
