import { describe, expect, it } from "vitest";
import { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { OwedPiece } from "../owed/owed-piece.ts";
import { carryCredits } from "./carry-credits.ts";
import type { Delta } from "./settle.ts";

type Amounts = Readonly<Record<string, bigint>>;

/** A difference about the monthly price of one subscription in one period, by `<plan>|<taxes>`. */
function delta(name: string, price: bigint): Delta {
  return {
    ...{ key: `fibre|recurring|2026-03|${name}`, kind: "charge", piece: undefined, billed: undefined },
    ...{ ordinal: 0, amount: price, discounts: [], price, owed: price, summed: [] },
  };
}

function carry(credited: Amounts, charges: Amounts): Amounts {
  const sources = new Map(Object.entries(credited).map(([name, credit]) => [delta(name, -100n), credit]));
  const carried = carryCredits(
    sources,
    Object.entries(charges).map(([name, price]) => delta(name, price)),
  );
  return Object.fromEntries(
    [...carried].map(([{ key }, amount]) => [key.split("|").slice(3).join("|"), amount]),
  );
}

describe("the credit notes of prices that are no longer owed", () => {
  it.each<[meaning: string, credited: Amounts, charges: Amounts, carried: Amounts]>([
    [
      "fill the charges of the service in their order",
      { "slow|VAT": 30n },
      { "fast|VAT": 20n, "gold|VAT": 25n },
      { "slow|VAT": -30n, "fast|VAT": 20n, "gold|VAT": 10n },
    ],
    [
      "add up where one charge takes the place of two prices",
      { "slow|VAT": 10n, "fast|VAT": 15n },
      { "gold|VAT": 40n },
      { "slow|VAT": -10n, "fast|VAT": -15n, "gold|VAT": 25n },
    ],
    [
      "go first to the same plan with other taxes, then to other plans",
      { "slow|VAT": 30n },
      { "fast|GST": 50n, "slow|GST": 20n },
      { "slow|VAT": -30n, "slow|GST": 20n, "fast|GST": 10n },
    ],
    [
      "share the rest of a charge after the same plan with other taxes",
      { "slow|VAT": 10n, "fast|VAT": 10n },
      { "slow|GST": 15n },
      { "slow|VAT": -10n, "fast|VAT": -5n, "slow|GST": 15n },
    ],
    [
      "keep the rest that exceeds the charges",
      { "slow|VAT": 30n },
      { "fast|VAT": 20n },
      { "slow|VAT": -20n, "fast|VAT": 20n },
    ],
    [
      "skip a charge that is already credited in full",
      { "slow|VAT": 20n, "fast|VAT": 3n },
      { "gold|VAT": 20n, "pro|VAT": 5n },
      { "slow|VAT": -20n, "fast|VAT": -3n, "gold|VAT": 20n, "pro|VAT": 3n },
    ],
    [
      "skip a charge of zero",
      { "slow|VAT": 10n },
      { "free|VAT": 0n, "gold|VAT": 20n },
      { "slow|VAT": -10n, "gold|VAT": 10n },
    ],
    ["carry nothing over when they credited nothing", { "slow|VAT": 0n }, { "gold|VAT": 20n }, {}],
    ["carry nothing over when nothing is charged", { "slow|VAT": 10n }, {}, {}],
  ])("%s", (_, credited, charges, carried) => {
    expect(carry(credited, charges)).toEqual(carried);
  });

  it.each<[charged: string, from: string, to: string, carried: bigint]>([
    ["fibre|recurring", "2026-03-31", "2026-04-30", 10n],
    ["fibre|recurring", "2026-02-02", "2026-03-02", 10n],
    ["fibre|recurring", "2026-04-01", "2026-05-01", 0n],
    ["fibre|recurring", "2026-02-01", "2026-03-01", 0n],
    ["voice|recurring", "2026-03-31", "2026-04-30", 0n],
    ["fibre|minimum", "2026-03-31", "2026-04-30", 0n],
  ])("of March go to the other period of %s from %s to %s: %s", (service, from, to, expected) => {
    const dates = { from: LocalDate.parse(from), to: LocalDate.parse(to) };
    const charge = {
      ...delta("", 50n),
      ...{ key: `${service}|${from}/${to}|slow|VAT`, piece: dates as OwedPiece },
    };
    const march = { ...delta("", -100n), key: "fibre|recurring|2026-03-01/2026-04-01|slow|VAT" };
    const carried = carryCredits(new Map([[march, 10n]]), [charge]);
    expect([carried.get(charge) ?? 0n, carried.get(march) ?? 0n]).toEqual([expected, -expected]);
  });
});
