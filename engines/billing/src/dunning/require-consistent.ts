import { InputChecks } from "../../../base/src/input-checks.ts";
import { quoted } from "../../../base/src/quoted.ts";
import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { DunningFacts, DunningPolicy } from "./dunning-facts.ts";

/**
 * The facts and stages of a dunning fit together: no name is there twice, payments and credits are of the
 * invoices, a payment comes back once and after it came, no interval ends before it begins.
 * @throws FactsFault with every fault and its path.
 */
export function requireConsistent(facts: DunningFacts, { stages }: DunningPolicy): void {
  const checks = new InputChecks();
  checks.distinct(["policy", "stages"], stages, ({ name }) => name, ["name"]);
  checks.distinct(["policy", "stages"], stages, ({ afterDays }) => `${afterDays}`, ["afterDays"]);
  checks.distinct(["invoices"], facts.invoices, ({ id }) => id);
  checks.distinct(["payments"], facts.payments, ({ id }) => id);
  checkInvoicesOf("payments", facts, checks);
  checkInvoicesOf("credits", facts, checks);
  checkReversals(facts, checks);
  checkCredits(facts, checks);
  for (const [index, { from, until }] of facts.promises.entries()) {
    checks.inclusiveInterval(["promises", index], { from: from.place(), until: until.place() });
  }
  for (const [index, { from, until }] of facts.exclusions.entries()) {
    checks.interval(["exclusions", index], { from: from.place(), until: until?.place() });
  }
  checks.done();
}

function checkInvoicesOf(list: "payments" | "credits", facts: DunningFacts, checks: InputChecks): void {
  const known = new Set(facts.invoices.map(({ id }) => id));
  for (const [index, { invoice }] of facts[list].entries()) {
    if (invoice !== undefined) checks.known([list, index, "invoice"], invoice, known, "ids of invoices");
  }
}

/** Credit notes give back at most their invoice. */
function checkCredits({ invoices, credits }: DunningFacts, checks: InputChecks): void {
  const left = new Map(invoices.map(({ id, amount }) => [id, amount]));
  for (const [index, { invoice, amount }] of credits.entries()) {
    const most = left.get(invoice);
    if (most === undefined) continue;
    if (amount.compare(most) <= 0) left.set(invoice, most.minus(amount));
    else
      checks.refuse(
        ["credits", index, "amount"],
        `expected at most the ${most} that earlier credits left of invoice ${quoted(invoice)}; found ${amount}: remove the repeated entry`,
      );
  }
}

function checkReversals({ payments, reversals }: DunningFacts, checks: InputChecks): void {
  const dates = new Map(payments.map(({ id, on }) => [id, on]));
  const known = new Set(dates.keys());
  checks.distinct(["reversals"], reversals, ({ payment }) => payment, ["payment"]);
  for (const [index, { payment, on }] of reversals.entries()) {
    const paid = dates.get(payment);
    if (paid === undefined) checks.known(["reversals", index, "payment"], payment, known, "ids of payments");
    else checkOrder(index, paid, on, checks);
  }
}

function checkOrder(index: number, paid: LocalDate, reversed: LocalDate, checks: InputChecks): void {
  if (reversed.day >= paid.day) return;
  checks.refuse(
    ["reversals", index, "on"],
    `expected a date at or after that of its payment, ${paid}; found ${reversed}: a payment comes back after it came`,
  );
}
