import { EngineFault } from "../../base/src/engine-fault.ts";

/** A date, an instant or a time zone that is none. */
export class CalendarFault extends EngineFault<"DATE_INVALID"> {
  constructor(message: string) {
    super("DATE_INVALID", message);
  }
}
