import { EngineFault } from "../../base/src/engine-fault.ts";

/** An invalid date, instant or time zone. */
export class CalendarFault extends EngineFault<"DATE_INVALID"> {
  constructor(message: string) {
    super("DATE_INVALID", message);
  }
}
