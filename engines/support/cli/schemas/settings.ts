import { list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { id } from "../../../base/cli/schemas/scalars.ts";
import { defaultSettings } from "../../src/settings.ts";

/** The tenant's choices. Absent fields have defaults. */
export const settings = record({
  updateRuns: oneOf(["until-answered", "between-replies", "both"]).default(defaultSettings.updateRuns),
  updateStarts: oneOf(["after-first-response", "at-opening"]).default(defaultSettings.updateStarts),
  midFlight: oneOf(["time-used", "from-start", "from-change"]).default(defaultSettings.midFlight),
  reopened: oneOf(["continue", "restart", "stays-met"]).default(defaultSettings.reopened),
  closedStates: list(id).default([...defaultSettings.closedStates]),
  mergedStates: list(id).default([...defaultSettings.mergedStates]),
}).prefault({});
