import type { Taxable } from "./taxable.ts";

/** Whether neither a tax nor the net has another sign than the price that includes them. */
export function isSound(price: bigint, taxes: readonly bigint[]): boolean {
  return [...taxes, netOf(price, taxes)].every((part) => signOf(price) * part >= 0n);
}

/** A line of a set with its taxes, in an order that all lines of the set share. */
export interface SetLine {
  readonly price: Taxable["amount"];
  readonly taxes: bigint[];
}

/**
 * Moves single units of taxes between the lines of a set until no line has more tax than its price holds,
 * and none less than nothing. The sum of each tax stays. Small prices need it: each tax is rounded line by
 * line, and several may fall due on the same cent.
 */
export function makeSound(lines: readonly SetLine[]): void {
  for (const line of lines) {
    while (!isSound(line.price, line.taxes)) if (!moveUnit(line, lines)) break;
  }
}

/**
 * Moves one unit of one tax from a line, or to it, so that it is less wrong and the other line is sound. The other one
 * is never the line itself, which the opposite move makes more wrong.
 */
function moveUnit(line: SetLine, lines: readonly SetLine[]): boolean {
  for (const [place, unit] of steps(line)) {
    const other = lines
      .filter((one) => isSound(one.price, changed(one, place, -unit)))
      .reduce<SetLine | undefined>(
        (best, one) => (best === undefined || room(one) > room(best) ? one : best),
        undefined,
      );
    if (other === undefined) continue;
    line.taxes[place] = (line.taxes[place] ?? 0n) + unit;
    other.taxes[place] = (other.taxes[place] ?? 0n) - unit;
    return true;
  }
  return false;
}

/** The order of corrections of a line: taxes of the wrong sign first, then the largest tax, the last of equal ones. */
function steps({ price, taxes }: SetLine): (readonly [place: number, unit: bigint])[] {
  const sign = signOf(price);
  const places = [...taxes.keys()].reverse();
  const sizeOf = (place: number) => sign * (taxes[place] ?? 0n);
  const wrong = places.filter((place) => sizeOf(place) < 0n);
  if (wrong.length > 0) return wrong.map((place) => [place, sign] as const);
  return places
    .filter((place) => sizeOf(place) > 0n)
    .sort((one, other) => Number(sizeOf(other) - sizeOf(one)))
    .map((place) => [place, -sign] as const);
}

function signOf(price: bigint): bigint {
  return price < 0n ? -1n : 1n;
}

function changed({ taxes }: SetLine, place: number, unit: bigint): bigint[] {
  return taxes.map((tax, index) => (index === place ? tax + unit : tax));
}

/** How much of a line's price is net. */
function room({ price, taxes }: SetLine): bigint {
  const net = netOf(price, taxes);
  return net < 0n ? -net : net;
}

function netOf(price: bigint, taxes: readonly bigint[]): bigint {
  return taxes.reduce((rest, tax) => rest - tax, price);
}
