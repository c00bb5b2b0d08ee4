import { pathText } from "../../../../process/files/issue-faults.ts";
import { AppError, type RequestPart } from "../../platform/base/errors.ts";

/** An open object with its keys so far, or an open list with the position in it. */
type Open =
  | { readonly keys: Set<string>; at: string; awaitsKey: boolean }
  | { readonly keys: undefined; at: number };

/**
 * Returns an error for JSON in which an object has a key twice. `JSON.parse` would take the last one, and a proxy or
 * another parser the first. Undefined for other JSON. The text must be valid JSON, and the work grows with its length.
 */
export function repeatedKey(json: string, part: RequestPart): AppError | undefined {
  const open: Open[] = [];
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g)) {
    const inner = open.at(-1);
    if (token === "{") open.push({ keys: new Set(), at: "", awaitsKey: true });
    else if (token === "[") open.push({ keys: undefined, at: 0 });
    else if (token === "}" || token === "]") open.pop();
    else if (inner === undefined) continue;
    else if (token === ",") goOn(inner);
    else if (inner.keys !== undefined && inner.awaitsKey && !takeKey(inner, JSON.parse(token)))
      return refusal(open, part);
  }
  return undefined;
}

function goOn(inner: Open): void {
  if (inner.keys === undefined) inner.at += 1;
  else inner.awaitsKey = true;
}

/** False when the object has the key already. */
function takeKey(object: Extract<Open, { keys: Set<string> }>, key: string): boolean {
  object.at = key;
  object.awaitsKey = false;
  if (object.keys.has(key)) return false;
  object.keys.add(key);
  return true;
}

function refusal(open: readonly Open[], part: RequestPart): AppError {
  const field = pathText(open.map(({ at }) => at)) || part;
  return new AppError("VALIDATION_ERROR", { details: [{ in: part, field, message: "write it once" }] });
}
