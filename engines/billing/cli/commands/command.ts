import { z } from "zod";
import type { Command } from "../../../base/cli/command.ts";
import { Currency } from "../../src/money/currency.ts";

interface Definition<Schema extends z.ZodType> extends Omit<Command, "input" | "run"> {
  /** The input in one currency, which the other amounts are read in. */
  input(money: Currency): Schema;
  run(input: z.output<Schema>): unknown;
}

/** A command whose amounts are in the currency that its input names. */
export function command<Schema extends z.ZodType>({ input, run, ...rest }: Definition<Schema>): Command {
  return {
    ...rest,
    input: (given) => input(currencyOf(given)),
    run: (given) => run(given as z.output<Schema>),
  };
}

/** Amounts are checked even where the currency is wrong: then as euros, so that all faults show at once. */
function currencyOf(given: unknown): Currency {
  const known = z.object({ currency: z.enum(Currency.codes()) }).safeParse(given);
  return Currency.of(known.success ? known.data.currency : "EUR");
}
