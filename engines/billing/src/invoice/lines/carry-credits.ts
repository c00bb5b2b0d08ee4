import { compareText } from "../../../../base/src/compare-text.ts";
import { periodOf, sameKind, sameService, sameThing } from "../owed/key-of.ts";
import type { Stretch } from "../periods/stretches.ts";
import { changedDates } from "./changed-dates.ts";
import type { Delta } from "./settle.ts";

/**
 * Credit notes stay given when the line that they were of is billed anew: with other taxes, at another price, by
 * another plan in its period, or in other periods, because the billing day moved. What they gave of a price that is
 * owed no more goes over to the charges in its place, first to what differs by its taxes only, last to other periods. No
 * charge becomes less than nothing: the rest waits for a later one.
 * @param credited what credit notes gave of each price that is owed no more, in minor units
 * @param charges what is charged in the same document
 * @returns what comes off each charge, and as a negative amount what each credited price hands over
 */
export function carryCredits(
  credited: ReadonlyMap<Delta, bigint>,
  charges: readonly Delta[],
): ReadonlyMap<Delta, bigint> {
  const carried = new Map<Delta, bigint>();
  for (const about of [sameThing, sameService]) {
    const open = openCharges(charges, about);
    for (const [source, credit] of credited) {
      handOver(source, credit, open.get(about(source.key)) ?? [], carried);
    }
  }
  carryToOtherPeriods(credited, charges, carried);
  return carried;
}

/** Earlier periods first, so that no later one takes the only charge for the dates of an earlier one. */
function carryToOtherPeriods(
  credited: ReadonlyMap<Delta, bigint>,
  charges: readonly Delta[],
  carried: Map<Delta, bigint>,
): void {
  const open = openCharges(charges, sameKind);
  const sources = [...credited].flatMap(([source, credit]) => {
    const period = periodOf(source.key);
    return period === undefined ? [] : [{ source, credit, period }];
  });
  sources.sort((one, other) => compareText(one.period.from, other.period.from));
  for (const { source, credit, period } of sources) {
    const within = ({ from, to }: Stretch) => from.text < period.to && period.from < to.text;
    const inItsDates = (open.get(sameKind(source.key)) ?? []).filter((charge) =>
      changedDates(charge).some(within),
    );
    handOver(source, credit, inItsDates, carried);
  }
}

/** The charges by what they are about, the first of them last. */
function openCharges(charges: readonly Delta[], about: (key: string) => string): Map<string, Delta[]> {
  const open = new Map<string, Delta[]>();
  for (const charge of charges.toReversed()) {
    const name = about(charge.key);
    const group = open.get(name);
    if (group === undefined) open.set(name, [charge]);
    else group.push(charge);
  }
  return open;
}

function handOver(source: Delta, credit: bigint, open: Delta[], carried: Map<Delta, bigint>): void {
  let left = credit + (carried.get(source) ?? 0n);
  for (let charge = open.at(-1); charge !== undefined && left > 0n; charge = open.at(-1)) {
    const before = carried.get(charge) ?? 0n;
    const room = charge.price - before;
    const moved = left < room ? left : room;
    if (moved > 0n) carried.set(charge, before + moved);
    left -= moved;
    if (moved === room) open.pop();
  }
  if (left !== credit) carried.set(source, left - credit);
}
