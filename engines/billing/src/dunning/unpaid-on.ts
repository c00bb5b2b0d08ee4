import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { Money } from "../money/money.ts";
import type { DunningFacts } from "./dunning-facts.ts";

/** The unpaid amount of an invoice. */
export interface Unpaid {
  readonly invoice: string;
  readonly due: LocalDate;
  readonly open: Money;
}

/** The unpaid amounts at the end of a date, oldest due date first, from all facts known by then. */
export function unpaidOn(date: LocalDate, facts: DunningFacts): Unpaid[] {
  const invoices = [...facts.invoices].sort((one, other) => one.due.day - other.due.day);
  const open = new Map(invoices.map(({ id, amount }) => [id, amount.minor]));
  const take = (invoice: string, amount: bigint): bigint => {
    const left = open.get(invoice) ?? 0n;
    const taken = amount < left ? amount : left;
    open.set(invoice, left - taken);
    return amount - taken;
  };
  for (const { invoice, on, amount } of facts.credits) if (on.day <= date.day) take(invoice, amount.minor);
  const valid = validPayments(date, facts);
  let free = 0n;
  for (const { invoice, amount } of valid) {
    free += invoice !== undefined && open.has(invoice) ? take(invoice, amount.minor) : amount.minor;
  }
  for (const { id } of invoices) free = take(id, free);
  return invoices
    .map(({ id, due, amount }) => ({ invoice: id, due, open: Money.of(open.get(id) ?? 0n, amount.currency) }))
    .filter((unpaid) => !unpaid.open.isZero());
}

function validPayments(date: LocalDate, { payments, reversals }: DunningFacts): DunningFacts["payments"] {
  const reversed = new Set(reversals.filter(({ on }) => on.day <= date.day).map(({ payment }) => payment));
  return payments.filter(({ id, on }) => on.day <= date.day && !reversed.has(id));
}
