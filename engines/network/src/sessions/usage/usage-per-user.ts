import { compareText } from "../../../../base/src/compare-text.ts";
import type { Zone } from "../../../../calendar/src/zone.ts";
import type { Session } from "../records/session.ts";
import type { Period } from "./period-rule.ts";
import { type Attribution, type PeriodUsage, usagePerPeriod } from "./usage-per-period.ts";

/** The usage of one user in one period. */
export interface UserUsage extends PeriodUsage {
  readonly user: string;
}

/**
 * The usage of each user's sessions in each period, by period and user.
 * @param periodsOf the periods of one user's sessions
 * @throws NetworkFault FACTS_INVALID as `usagePerPeriod` does.
 */
export function usagePerUser(
  sessions: readonly Session[],
  periodsOf: (theirs: readonly Session[]) => readonly Period[],
  zone: Zone,
  attribution: Attribution,
): UserUsage[] {
  return [...Map.groupBy(sessions, ({ user }) => user)]
    .flatMap(([user, theirs]) =>
      usagePerPeriod(theirs, periodsOf(theirs), zone, attribution).map((usage) => ({ user, ...usage })),
    )
    .sort((one, other) => one.period.from.day - other.period.from.day || compareText(one.user, other.user));
}
