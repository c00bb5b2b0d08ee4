import { quoted } from "../../../base/src/quoted.ts";
import { BillingFault } from "../billing-fault.ts";
import { currencyTable } from "./currency-table.ts";

/** A currency of ISO 4217 with the number of decimals of its minor unit. One object per code. */
export class Currency {
  static readonly #known = new Map<string, Currency>(
    Object.entries(currencyTable.byMinorUnit).flatMap(([decimals, codes]) =>
      codes.split(/\s+/).map((code) => [code, new Currency(code, BigInt(decimals))] as const),
    ),
  );

  readonly code: string;
  /** Decimals of the minor unit, the "exponent" of ISO 4217: 2 for EUR, 0 for JPY, 3 for BHD. */
  readonly decimals: number;
  /** Minor units in one major unit. */
  readonly scale: bigint;

  private constructor(code: string, decimals: bigint) {
    this.code = code;
    this.decimals = Number(decimals);
    this.scale = 10n ** decimals;
  }

  /** @throws BillingFault CURRENCY_UNKNOWN for a code outside of the table. */
  static of(code: string): Currency {
    const currency = Currency.#known.get(code);
    if (currency === undefined) {
      throw new BillingFault(
        "CURRENCY_UNKNOWN",
        `expected a currency code of ISO 4217 (list of ${currencyTable.published}), such as "EUR"; found ${quoted(code)}: write the three capital letters of a current currency`,
      );
    }
    return currency;
  }

  static codes(): readonly string[] {
    return [...Currency.#known.keys()].sort();
  }
}
