import { readFile } from "node:fs/promises";
import { type Client, escapeLiteral } from "pg";

/** The passwords of the platform's two logins. */
export interface PlatformPasswords {
  readonly operator: string;
  readonly pooler: string;
}

const source = new URL("../../../charts/platform/files/bootstrap.sql", import.meta.url);

/** Runs the platform chart's `bootstrap.sql` as a superuser in the client's database. */
export async function bootstrapDatabase(client: Client, passwords: PlatformPasswords): Promise<void> {
  const script = await readFile(source, "utf8");
  const begin = script.indexOf("BEGIN;");
  // Sent separately, like psql, because a server logs a whole query before it runs the first statement.
  await client.query(script.slice(0, begin));
  await client.query(withVariables(script.slice(begin), passwords));
}

function withVariables(sql: string, passwords: PlatformPasswords): string {
  const values: Record<string, string> = {
    operator_password: passwords.operator,
    pooler_password: passwords.pooler,
  };
  return sql.replaceAll(/:'(\w+)'/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`bootstrap.sql needs the psql variable ${name}: set it here too`);
    return escapeLiteral(value);
  });
}
