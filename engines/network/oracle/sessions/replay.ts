import { type Delivery, type KnownReport, reportsOf, type TrueSession } from "./truth.ts";

/** The facts about a true session that follow from the arrived reports. */
export interface Replayed {
  readonly session: TrueSession;
  readonly up: bigint;
  readonly down: bigint;
  readonly stoppedAt: number | undefined;
  /** Bytes by day, counted second by second. */
  readonly downByDay: ReadonlyMap<number, bigint>;
}

/**
 * Replays the arrived reports of each session in the order of their events. A session without an arrived report is
 * unknown.
 */
export function replay(sessions: readonly TrueSession[], { lateness, gigawords }: Delivery): Replayed[] {
  return sessions.flatMap((session, index) => {
    const reports = reportsOf(session).filter((_, report) => (lateness[index]?.[report] ?? []).length > 0);
    const arrived = gigawords ? reports : withoutWholeTurns(reports);
    const last = arrived.at(-1);
    if (last === undefined) return [];
    const { up, down, kind, at } = last;
    const stoppedAt = kind === "stop" ? at : undefined;
    return [{ session, up, down, stoppedAt, downByDay: secondBySecond(session.begin, arrived) }];
  });
}

/** A counter of 32 bits that wrapped once more between two reports hides 4 GiB, which nothing can detect. */
function withoutWholeTurns(reports: readonly KnownReport[]): KnownReport[] {
  let [realUp, realDown, up, down] = [0n, 0n, 0n, 0n];
  return reports.map((report) => {
    up += (report.up - realUp) % 2n ** 32n;
    down += (report.down - realDown) % 2n ** 32n;
    [realUp, realDown] = [report.up, report.down];
    return { ...report, up, down };
  });
}

/** Assigns the bytes between two reports to the seconds, in whole bytes. */
function secondBySecond(begin: number, reports: readonly KnownReport[]): Map<number, bigint> {
  const byDay = new Map<number, bigint>();
  let [from, moved] = [begin, 0n];
  for (const { at, down } of reports) {
    let given = 0n;
    for (let second = from; second < at; second += 1) {
      const due = ((down - moved) * BigInt(second + 1 - from)) / BigInt(at - from);
      const day = Math.floor(second / 86_400);
      byDay.set(day, (byDay.get(day) ?? 0n) + due - given);
      given = due;
    }
    [from, moved] = [at, down];
  }
  return byDay;
}
