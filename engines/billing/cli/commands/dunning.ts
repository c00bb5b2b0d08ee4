import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { date, id, text, trueOrFalse, wholeNumber, zone } from "../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../base/cli/schemas/when-sound.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { type Attempt, attemptsBetween } from "../../src/dunning/attempts-between.ts";
import { blockedDates } from "../../src/dunning/blocked-dates.ts";
import { stageOn } from "../../src/dunning/stage-on.ts";
import { walkDunning } from "../../src/dunning/walk-dunning.ts";
import { Money } from "../../src/money/money.ts";
import { printed } from "../schemas/printed.ts";
import { currency, positiveAmount } from "../schemas/scalars.ts";
import { settingsOf } from "../schemas/settings.ts";
import { command } from "./command.ts";

export const dunning = command({
  name: "dunning",
  summary: "the stage of a customer on a date, and the steps due since another",
  example: {
    currency: "EUR",
    policy: {
      stages: [
        { name: "reminder", afterDays: 7, actions: ["email"] },
        { name: "suspension", afterDays: 30, actions: ["letter"], blocks: true },
      ],
    },
    invoices: [{ id: "2026-001", due: "2026-03-15", amount: "71.88" }],
    after: "2026-03-15",
    upTo: "2026-04-30",
  },
  input: (money) =>
    record({
      currency,
      policy: record({
        stages: list(
          record({
            name: id,
            afterDays: wholeNumber(1, 3650).describe("days after the due date on which it begins"),
            actions: list(text("email", "name of an action"))
              .default([])
              .describe("the actions when the customer enters it"),
            blocks: trueOrFalse.default(false).describe("whether the service is blocked in this stage"),
          }),
        )
          .default([])
          .describe("stages of reminders by days overdue"),
        minimum: positiveAmount(money).default(Money.zero(money)),
        attempts: record({
          limit: wholeNumber(1, 100).describe("greatest number of attempts in one campaign"),
          daysBetween: wholeNumber(1, 365).describe("days from one attempt to the next"),
          hour: wholeNumber(0, 23).default(0).describe("hour of the customer's clock"),
          threshold: positiveAmount(money).default(Money.zero(money)),
        })
          .optional()
          .describe("payment attempts, beside the stages or instead of them"),
      })
        .superRefine(({ stages, attempts }, context) => {
          if (stages.length > 0 || attempts !== undefined) return;
          const message =
            'expected stages, attempts or both; found neither: write "stages": [{"name": "reminder", "afterDays": 7}], or "attempts"';
          context.addIssue({ code: "custom", message });
        }, whenSound)
        .describe("the tenant's rules for reminders"),
      invoices: list(
        record({
          id,
          due: date.describe("the date by which it is to be paid"),
          amount: positiveAmount(money),
        }),
      ).describe("the requests for payment"),
      payments: list(record({ id, on: date, amount: positiveAmount(money), invoice: id.optional() }))
        .default([])
        .describe("the payments; without an invoice the oldest is paid first"),
      reversals: list(record({ payment: id, on: date }))
        .default([])
        .describe("returned payments"),
      credits: list(record({ invoice: id, on: date, amount: positiveAmount(money) }))
        .default([])
        .describe("credit notes of the invoices"),
      promises: list(record({ from: date, until: date }))
        .default([])
        .describe("agreed on `from`, to be paid by the end of `until`"),
      exclusions: list(record({ from: date, until: date.optional() }))
        .default([])
        .describe("dates on which the stage does not rise; until is the first date after them"),
      after: date,
      upTo: date,
      zone: zone.default(Zone.of("UTC")),
      settings: settingsOf("promiseToPay", "reversedPayment"),
    }),
  output: output({
    standing: output({
      on: printed.date,
      stage: printed.text.nullable(),
      daysOverdue: z.int(),
      overdue: printed.amount,
      reason: printed.text,
    }),
    steps: z.array(
      output({
        on: printed.date,
        from: printed.text.nullable(),
        to: printed.text.nullable(),
        actions: z.array(printed.text),
        block: z.enum(["start", "end"]).optional(),
        reason: printed.text,
      }),
    ),
    attempts: z
      .array(
        output({
          number: printed.count,
          on: printed.date,
          at: printed.instant,
          overdue: printed.amount,
        }),
      )
      .optional(),
    blocked: z.array(output({ from: printed.date, to: printed.date.optional() })),
  }),
  run({ currency: _, policy, after, upTo, zone, settings, ...facts }) {
    const steps = walkDunning(after, upTo, facts, policy, settings);
    const { stage, daysOverdue, overdue, reason } = stageOn(upTo, facts, policy, settings);
    const before = stageOn(after, facts, policy, settings).stage;
    return {
      standing: { on: upTo, stage: stage?.name ?? null, daysOverdue, overdue, reason },
      steps: steps.map(({ from, to, block, ...step }) => ({
        ...step,
        from: from ?? null,
        to: to ?? null,
        ...(block === undefined ? {} : { block }),
      })),
      ...(policy.attempts === undefined
        ? {}
        : { attempts: printedAttempts(attemptsBetween(after, upTo, facts, policy.attempts, zone)) }),
      blocked: blockedDates(steps, before?.blocks === true ? after : undefined),
    };
  },
});

function printedAttempts(attempts: readonly Attempt[]) {
  return attempts.map(({ at, ...attempt }) => ({ ...attempt, at: Zone.printInstant(at) }));
}
