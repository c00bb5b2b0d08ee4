/** A space of a few hundred addresses with one flag each: slow, but simple enough to be trusted. */
export interface Bitmap {
  readonly free: boolean[];
}

export interface Piece {
  readonly start: number;
  readonly size: number;
}

export function bitmapOf(size: number, taken: readonly (readonly [first: number, last: number])[]): Bitmap {
  const free = Array.from({ length: size }, (_, at) =>
    taken.every(([first, last]) => at < first || at > last),
  );
  return { free };
}

/** A block is one piece if all of it is free, none if nothing is free, and otherwise the pieces of its halves. */
export function pieces({ free }: Bitmap, start = 0, size: number = free.length): Piece[] {
  const flags = free.slice(start, start + size);
  if (flags.every((flag) => flag)) return [{ start, size }];
  if (!flags.includes(true)) return [];
  const half = size / 2;
  return [...pieces({ free }, start, half), ...pieces({ free }, start + half, half)];
}

/** Tries every place in turn. */
export function lowestPlace({ free }: Bitmap, size: number): number | undefined {
  for (let start = 0; start < free.length; start += size) {
    if (free.slice(start, start + size).every((flag) => flag)) return start;
  }
  return undefined;
}

/** The start of the smallest piece that is large enough; the lowest of equal ones. */
export function bestPlace(bitmap: Bitmap, size: number): number | undefined {
  const [best] = pieces(bitmap)
    .filter((piece) => piece.size >= size)
    .sort((one, other) => one.size - other.size || one.start - other.start);
  return best?.start;
}

/** Takes one place after another, marking each, until none is left. */
export function takeAll(
  { free }: Bitmap,
  size: number,
  place: (bitmap: Bitmap, size: number) => number | undefined,
): number[] {
  const left = { free: [...free] };
  const starts: number[] = [];
  for (let start = place(left, size); start !== undefined; start = place(left, size)) {
    starts.push(start);
    left.free.fill(false, start, start + size);
  }
  return starts;
}
