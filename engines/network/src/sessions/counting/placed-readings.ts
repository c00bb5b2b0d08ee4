import { directions } from "../records/direction.ts";
import { trustedTimestamp } from "../records/event-instant.ts";
import { orderReadings, type Reading } from "../records/order-records.ts";
import type { SessionSettings } from "../records/session-settings.ts";
import type { Strand } from "../strands/strand.ts";

/**
 * The readings after the start, each at its instant. The begin plus Acct-Session-Time is more exact than the
 * arrival. But if counters rise only in the order of arrival, the session times are wrong and are not used.
 */
export function placed({ beganAt, readings }: Strand, { sessionTime }: SessionSettings): Reading[] {
  const counting = readings.filter(({ record }) => record.status !== "start");
  const told = orderReadings(
    counting.map((reading) => {
      const { record } = reading;
      const isExact = trustedTimestamp(record) !== undefined || record.seconds === undefined;
      return isExact ? reading : { ...reading, at: beganAt + record.seconds };
    }),
  );
  if (sessionTime === "trusted" || isRising(told)) return told;
  const arrived = orderReadings(counting);
  return isRising(arrived) ? arrived : told;
}

/** Whether no counter falls, and no reading follows a stop. */
function isRising(readings: readonly Reading[]): boolean {
  return readings.every(({ record }, index) => {
    const before = readings[index - 1]?.record;
    if (before === undefined) return true;
    if (before.status === "stop") return record.status === "stop";
    return directions.every((direction) => {
      const [count, counted] = [record[direction], before[direction]];
      if (count === undefined || counted === undefined || isGone(record.status, count)) return true;
      return counted <= count;
    });
  });
}

/** Whether a stop has a count of 0, because the interface was gone before the NAS read it. */
function isGone(status: string, count: bigint): boolean {
  return status === "stop" && count === 0n;
}
