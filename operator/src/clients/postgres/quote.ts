/**
 * An identifier as it may stand in a statement. Longer than 63 bytes PostgreSQL would cut it
 * silently, which could make two names one: refused.
 */
export function identifier(name: string): string {
  if (name === "" || name.includes("\0") || Buffer.byteLength(name) > 63) {
    throw new TypeError(
      `Expected an identifier of 1 to 63 bytes without NUL, found ${JSON.stringify(name)}.`,
    );
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal, for statements such as ALTER ROLE that take no parameters. */
export function literal(text: string): string {
  if (text.includes("\0")) throw new TypeError("Expected text without NUL: PostgreSQL cannot store it.");
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}
