import { definitionAt } from "../dictionary/definition.ts";
import { concat } from "../octets/concat.ts";
import type { RawAttribute } from "../tlv/raw-attribute.ts";

/** A value that may be joined from several attributes of the packet. */
export interface Piece extends RawAttribute {
  /** The second number of an extended attribute. The value is without that header. */
  readonly extended?: number;
  /** The reason why it cannot be decoded. */
  readonly malformed?: string;
}

/**
 * Joins values that are split over several attributes: by the dictionary (RFC 2869 section 5.13), and for long
 * extended attributes by their More flag (RFC 6929 section 2.2).
 */
export function joinFragments(attributes: readonly RawAttribute[]): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < attributes.length; ) {
    const run = runFrom(attributes, at);
    pieces.push(pieceOf(run));
    at += run.length;
  }
  return pieces;
}

export function isExtended(number: number): boolean {
  return number >= 241 && number <= 246;
}

export function isLongExtended(number: number): boolean {
  return number === 245 || number === 246;
}

/** The attributes from an index on that form one value. */
function runFrom(attributes: readonly RawAttribute[], start: number): readonly RawAttribute[] {
  let end = start + 1;
  while (continues(attributes[end - 1], attributes[end])) end += 1;
  return attributes.slice(start, end);
}

function continues(one: RawAttribute | undefined, next: RawAttribute | undefined): boolean {
  if (one === undefined || one.number !== next?.number) return false;
  if (isLongExtended(one.number)) return hasMore(one) && one.value[0] === next.value[0];
  return definitionAt(undefined, String(one.number))?.joined === true;
}

/** Whether the More flag is set, the first bit of the flags. */
function hasMore({ value }: RawAttribute): boolean {
  return ((value[1] ?? 0) & 0x80) !== 0;
}

function pieceOf(run: readonly RawAttribute[]): Piece {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a run has an attribute");
  if (!isExtended(first.number)) {
    return {
      number: first.number,
      value: run.length === 1 ? first.value : concat(...run.map(({ value }) => value)),
    };
  }
  const header = isLongExtended(first.number) ? 2 : 1;
  const short = run.find((one) => one.value.length < header);
  if (short !== undefined) {
    return { ...first, malformed: `expected ${header} octets before the value; found ${short.value.length}` };
  }
  const value = concat(...run.map(({ value }) => value.subarray(header)));
  const valueless = run.length > 1 && run.some(({ value }) => value.length === header);
  const unfinished = isLongExtended(last.number) && hasMore(last);
  const why = unfinished
    ? "expected another attribute with the rest of the value; found none"
    : "expected a part of the value in each of the attributes; found one without";
  return {
    number: first.number,
    ...(first.value[0] === undefined ? {} : { extended: first.value[0] }),
    value,
    ...(unfinished || valueless ? { malformed: why } : {}),
  };
}
