import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { BillingFault } from "../billing-fault.ts";
import type { DunningFacts, DunningPolicy, DunningStage } from "./dunning-facts.ts";
import { requireConsistent } from "./require-consistent.ts";
import { type DunningSettings, standings } from "./stage-on.ts";

/** A change of stage, with what is to be done because of it. */
export interface DunningStep {
  readonly on: LocalDate;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Those of the stage that is entered; stages that are jumped over send nothing. None on the way down. */
  readonly actions: readonly string[];
  readonly block: "start" | "end" | undefined;
  readonly reason: string;
}

const longestWalk = 3660;

/**
 * The steps due after one date, up to and including another. Walking in two parts gives the steps
 * of walking at once.
 * @throws BillingFault FACTS_INVALID when the dates are out of order or more than ten years apart, FactsFault
 * when the facts do not fit together.
 */
export function walkDunning(
  after: LocalDate,
  upTo: LocalDate,
  facts: DunningFacts,
  policy: DunningPolicy,
  settings: DunningSettings,
): DunningStep[] {
  requireConsistent(facts, policy);
  const days = after.daysUntil(upTo);
  if (days < 0) {
    throw new BillingFault(
      "FACTS_INVALID",
      `expected a date at or after that of "after", ${after}; found ${upTo}, so that "after" and "upTo" are reversed: exchange or correct them`,
      ["upTo"],
    );
  }
  if (days > longestWalk) {
    throw new BillingFault(
      "FACTS_INVALID",
      `expected an end from ${after} to ${longestWalk} days later; found ${upTo}: walk in shorter parts, the steps are the same`,
      ["upTo"],
    );
  }
  const steps: DunningStep[] = [];
  const stageOf = standings(facts, policy, settings);
  let before = stageOf(after).stage;
  for (let day = 1; day <= days; day += 1) {
    const on = after.plusDays(day);
    const { stage, reason } = stageOf(on);
    if (stage?.name !== before?.name) steps.push(stepOf(on, before, stage, reason));
    before = stage;
  }
  return steps;
}

function stepOf(
  on: LocalDate,
  before: DunningStage | undefined,
  stage: DunningStage | undefined,
  reason: string,
): DunningStep {
  const rises = stage !== undefined && stage.afterDays > (before?.afterDays ?? 0);
  const blocked = before?.blocks ?? false;
  const blocks = stage?.blocks ?? false;
  const block = blocked === blocks ? undefined : blocks ? "start" : "end";
  return { on, from: before?.name, to: stage?.name, actions: rises ? stage.actions : [], block, reason };
}
