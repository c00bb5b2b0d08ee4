import type { Turns } from "../../../process/turns.ts";
import type { EventLog } from "../platform/events/event-log.ts";

/** An event log whose reads wait for their turn. */
export function takingTurns(eventLog: EventLog, turns: Turns): EventLog {
  return {
    page: (range) => turns.take(() => eventLog.page(range)),
    last: () => turns.take(() => eventLog.last()),
  };
}
