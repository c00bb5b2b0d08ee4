import type { Turns } from "../../../process/turns.ts";
import type { EventLog } from "../platform/events/event-log.ts";

/** The same events, each read of which waits for its turn. */
export function takingTurns(eventLog: EventLog, turns: Turns): EventLog {
  return {
    page: (range) => turns.take(() => eventLog.page(range)),
    last: () => turns.take(() => eventLog.last()),
  };
}
