import type { Path } from "../../src/path.ts";
import { InputFault } from "./input-fault.ts";

/**
 * Requires that all strings can be written as UTF-8. JSON allows half of a surrogate pair (`\ud800`), which is not
 * text.
 * @throws InputFault with the path of the first string that is not text.
 */
export function requireSound(value: unknown, path: Path = []): void {
  if (typeof value === "string") requireText(value, path);
  if (Array.isArray(value)) for (const [index, one] of value.entries()) requireSound(one, [...path, index]);
  else if (typeof value === "object" && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      requireText(name, path);
      requireSound(one, [...path, name]);
    }
  }
}

function requireText(text: string, path: Path): void {
  if (text.isWellFormed()) return;
  throw new InputFault(
    `expected a text; found ${JSON.stringify(text)}, which has half of a surrogate pair: write both halves or the character itself`,
    path,
  );
}
