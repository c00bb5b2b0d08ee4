import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { located } from "../../../../base/src/located.ts";
import type { Path } from "../../../../base/src/path.ts";
import type { BusinessCalendar } from "../../calendar/business-calendar.ts";
import { SupportFault } from "../../support-fault.ts";
import type { EscalationRule } from "./escalation-rule.ts";
import { type TargetName, targetNames } from "./target-name.ts";

/** One promise of an agreement. */
export interface Target {
  /** Minutes of working time. */
  readonly minutes: number;
  /** States of a ticket in which this clock pauses. */
  readonly pausedIn: readonly string[];
  readonly escalations: readonly EscalationRule[];
}

export type Targets = { readonly [Name in TargetName]?: Target | undefined };

const mostMinutes = 527_040;

/** The promises to a ticket with one priority of one contract: times, and the calendar of their hours. */
export class Agreement {
  readonly name: string;
  readonly calendar: BusinessCalendar;
  readonly targets: Targets;
  /** Its place in the input, for faults. */
  readonly path: Path;

  private constructor(name: string, calendar: BusinessCalendar, targets: Targets, path: Path) {
    this.name = name;
    this.calendar = calendar;
    this.targets = targets;
    this.path = path;
  }

  /** @throws SupportFault TARGET_INVALID for a time or escalation out of range, or a repeated name of an escalation. */
  static of(name: string, calendar: BusinessCalendar, targets: Targets, path: Path = []): Agreement {
    for (const target of targetNames) {
      located([...path, "targets", target], () => check(`${name}, ${target}`, targets[target]));
    }
    return new Agreement(name, calendar, targets, path);
  }
}

function check(where: string, target: Target | undefined): void {
  if (target === undefined) return;
  demand(where, target.minutes, 1, mostMinutes, ["minutes"]);
  const names = new Set<string>();
  for (const [index, rule] of target.escalations.entries()) {
    const path = ["escalations", index];
    const named = `${where}, ${rule.name}`;
    if (rule.kind === "percent") demand(named, rule.percent, 1, 1000, [...path, "percent"]);
    else demand(named, rule.minutes, 0, mostMinutes, [...path, "minutes"]);
    if (names.has(rule.name)) {
      throw new SupportFault(
        "TARGET_INVALID",
        `${where}: expected every escalation to have its own name; found ${JSON.stringify(rule.name)} twice: rename one`,
        [...path, "name"],
      );
    }
    names.add(rule.name);
  }
}

function demand(where: string, found: number, least: number, most: number, path: Path): void {
  if (isWholeWithin(found, least, most)) return;
  throw new SupportFault(
    "TARGET_INVALID",
    `${where}: expected a whole number of ${path.at(-1)} from ${least} to ${most}; found ${found}: write one of that range`,
    path,
  );
}
