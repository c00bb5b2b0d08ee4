import { quoted, visible } from "../../src/quoted.ts";
import { found } from "../schemas/expected.ts";
import { InputFault } from "./input-fault.ts";
import { requireSound } from "./require-sound.ts";
import { scanJson } from "./scan-json.ts";

const byteOrderMark = "\ufeff";

/**
 * Parses a JSON text.
 * @throws InputFault if it is not JSON, is nested too deep, or would lose information: a repeated field, or a string
 * that is not text.
 */
export function parseJson(text: string): unknown {
  if (text.startsWith(byteOrderMark)) {
    throw new InputFault(
      "expected the input to begin with {; found a byte order mark (U+FEFF) before it: save the file as UTF-8 without one",
    );
  }
  const { repeated } = scanJson(text);
  const value = parsed(text);
  if (repeated !== undefined) {
    throw new InputFault(
      `expected every field once; found ${quoted(repeated.name)} twice in one object, the second time at character ${repeated.at}: remove one of them`,
    );
  }
  requireSound(value);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputFault(
      `expected one JSON object on standard input; found ${found(text)} (${visible(why)}): write {...}, see --help`,
    );
  }
}
