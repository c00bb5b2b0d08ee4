import { InputChecks } from "../../../../base/src/input-checks.ts";
import type { Path } from "../../../../base/src/path.ts";
import { placeOf } from "../../cycles/moment.ts";
import type { Money } from "../../money/money.ts";
import { checkExemptions } from "../../tax/rules/check-exemptions.ts";
import type { BilledLine, CreditedLine } from "./billed-line.ts";
import { checkBlocks } from "./check-blocks.ts";
import { checkPauses } from "./check-pauses.ts";
import type { CustomerFacts } from "./customer-facts.ts";
import type { Subscription, Terms } from "./subscription.ts";

/**
 * The facts of a customer fit together: no id is there twice, every reference names something, no interval
 * is empty or ends before it begins, and every pause and block but the last has its end.
 * @throws FactsFault with every fault and its path.
 */
export function requireConsistent(facts: CustomerFacts): void {
  const checks = new InputChecks();
  checkIds(facts, checks);
  for (const [index, subscription] of facts.subscriptions.entries()) {
    checkSubscription(["subscriptions", index], subscription, facts, checks);
  }
  for (const [index, { taxes }] of facts.oneOffs.entries()) {
    checks.distinct(["oneOffs", index, "taxes"], taxes, (code) => code, []);
  }
  checkDiscounts(facts, checks);
  checkExemptions(facts.exemptions, facts.taxes, checks);
  checkBlocks(facts.blocks, checks);
  checkBilled(facts.billed, checks);
  checkCredited(facts, checks);
  checks.done();
}

function checkIds(facts: CustomerFacts, checks: InputChecks): void {
  for (const list of ["subscriptions", "discounts", "oneOffs", "topUps", "billed"] as const) {
    checks.distinct<{ readonly id: string }>([list], facts[list], ({ id }) => id);
  }
}

function checkSubscription(
  path: Path,
  subscription: Subscription,
  { zone }: CustomerFacts,
  checks: InputChecks,
): void {
  const { start, trialEnd, taxes, terms, facts: happened } = subscription;
  if (trialEnd !== undefined) {
    checks.interval(path, { start: placeOf(start, zone), trialEnd: placeOf(trialEnd, zone) });
  }
  checks.distinct([...path, "taxes"], taxes, (code) => code, []);
  checkTerms([...path, "terms"], terms, checks);
  for (const [index, fact] of happened.entries()) {
    if (fact.kind === "change") checkTerms([...path, "facts", index, "terms"], fact.terms, checks);
  }
  checkPauses(path, subscription, zone, checks);
}

function checkTerms(path: Path, { usage }: Terms, checks: InputChecks): void {
  checks.distinct([...path, "usage"], usage, ({ metric }) => metric, ["metric"]);
}

function checkDiscounts({ discounts, subscriptions }: CustomerFacts, checks: InputChecks): void {
  if (discounts.length === 0) return;
  const known = new Set(subscriptions.map(({ id }) => id));
  for (const [index, { from, until, subscription }] of discounts.entries()) {
    checks.interval(["discounts", index], { from: from.place(), until: until?.place() });
    if (subscription !== undefined) {
      checks.known(["discounts", index, "subscription"], subscription, known, "ids of subscriptions");
    }
  }
}

function checkBilled(billed: readonly BilledLine[], checks: InputChecks): void {
  for (const [index, { from, to, stretches = [], taxes, discounts }] of billed.entries()) {
    checks.inclusiveInterval(["billed", index], { from: from.place(), to: to.place() });
    for (const [place, stretch] of stretches.entries()) {
      const dates = { from: stretch.from.place(), to: stretch.to.place() };
      checks.interval(["billed", index, "stretches", place], dates);
    }
    checks.distinct(["billed", index, "taxes"], taxes, ({ code }) => code, ["code"]);
    checks.distinct(["billed", index, "discounts"], discounts, ({ id }) => id);
  }
}

/** Credit notes know the lines and the taxes of their invoice, and give back at most what it billed. */
function checkCredited({ billed, credited }: CustomerFacts, checks: InputChecks): void {
  if (credited.length === 0) return;
  const lines = new Map(billed.map((line) => [line.id, line]));
  const ids = new Set(lines.keys());
  const given = new Map<string, bigint>();
  for (const [index, credit] of credited.entries()) {
    const path = ["credited", index];
    const line = lines.get(credit.line);
    if (line === undefined) checks.known([...path, "line"], credit.line, ids, "billed lines");
    else checkCredit(path, credit, line, given, checks);
  }
}

function checkCredit(
  path: Path,
  { net, taxes }: CreditedLine,
  line: BilledLine,
  given: Map<string, bigint>,
  checks: InputChecks,
): void {
  const billed = new Map(line.taxes.map(({ code, amount }) => [code, amount]));
  const codes = new Set(billed.keys());
  checks.distinct([...path, "taxes"], taxes, ({ code }) => code, ["code"]);
  checkLeft([...path, "net"], net, line.net, JSON.stringify([line.id]), given, checks);
  for (const [place, { code, amount }] of taxes.entries()) {
    const tax = billed.get(code);
    const whole = JSON.stringify([line.id, code]);
    if (tax !== undefined) checkLeft([...path, "taxes", place, "amount"], amount, tax, whole, given, checks);
    else if (!amount.isZero())
      checks.known([...path, "taxes", place, "code"], code, codes, "taxes of its line");
  }
}

/** @param name of the part of the line that is credited, among those that were */
function checkLeft(
  path: Path,
  amount: Money,
  whole: Money,
  name: string,
  given: Map<string, bigint>,
  checks: InputChecks,
): void {
  const before = given.get(name) ?? 0n;
  const all = before + amount.minor;
  given.set(name, all);
  if (all <= whole.minor || amount.isZero()) return;
  const most = amount.withMinor(whole.minor > before ? whole.minor - before : 0n);
  checks.refuse(
    path,
    `expected at most the ${most} that earlier credit notes left of the line; found ${amount}: remove the repeated entry`,
  );
}
