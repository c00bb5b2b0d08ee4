import { inputBounds } from "./bounds.ts";
import { InputFault } from "./input-fault.ts";

/** A fault of JSON text that JSON.parse does not report. */
export interface ScannedJson {
  /** The first repeated field of an object, and the position of its second occurrence. */
  readonly repeated: { readonly name: string; readonly at: number } | undefined;
}

/**
 * Scans the brackets and strings of a JSON text without building values, so that no nesting depth can exhaust the
 * stack. For a text that is not JSON the result has no meaning.
 * @throws InputFault if it is nested deeper than the limit.
 */
export function scanJson(text: string): ScannedJson {
  /** The fields of each object around the current position; undefined for a list. */
  const around: (Set<string> | undefined)[] = [];
  let repeated: ScannedJson["repeated"];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      const fields = around.at(-1);
      if (fields !== undefined && repeated === undefined && isName(text, end)) {
        const name = text.slice(at + 1, end);
        if (fields.has(plain(name))) repeated = { name: plain(name), at };
        fields.add(plain(name));
      }
      at = end;
    } else if (character === "{" || character === "[") {
      around.push(character === "{" ? new Set() : undefined);
      refuseDepth(around.length, at);
    } else if (character === "}" || character === "]") {
      around.pop();
    }
  }
  return { repeated };
}

/** The position of the closing quote of the string that begins here, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

const space = /\s/;

/** Whether a colon follows the string that ends here. */
function isName(text: string, end: number): boolean {
  let at = end + 1;
  while (at < text.length && space.test(text[at] ?? "")) at += 1;
  return text[at] === ":";
}

/** Decodes the name between two quotes. */
function plain(written: string): string {
  if (!written.includes("\\")) return written;
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return written;
  }
}

function refuseDepth(depth: number, at: number): void {
  if (depth <= inputBounds.depth) return;
  throw new InputFault(
    `expected at most ${inputBounds.depth} objects and lists within each other; found more at character ${at}: write it flatter`,
  );
}
