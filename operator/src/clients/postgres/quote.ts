/**
 * A quoted identifier. PostgreSQL would cut a name of more than 63 bytes silently, which could make two names equal, so
 * longer names are refused.
 */
export function identifier(name: string): string {
  if (name === "" || name.includes("\0") || Buffer.byteLength(name) > 63) {
    throw new TypeError(
      `Expected an identifier of 1 to 63 bytes without NUL, found ${JSON.stringify(name)}.`,
    );
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal, for statements without parameters such as ALTER ROLE. */
export function literal(text: string): string {
  if (text.includes("\0")) throw new TypeError("Expected text without NUL: PostgreSQL cannot store it.");
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}
