/** One text for what a line pays for; parts may hold any characters. */
export function keyOf(parts: readonly string[]): string {
  return parts.map(escaped).join("|");
}

const special = /[%|]/;

function escaped(part: string): string {
  if (!special.test(part)) return part;
  return part.replaceAll("%", "%25").replaceAll("|", "%7C");
}
