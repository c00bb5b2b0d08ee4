import { attempt } from "../../../base/cli/schemas/parsed.ts";
import { list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { id } from "../../../base/cli/schemas/scalars.ts";
import { InputChecks } from "../../../base/src/input-checks.ts";
import { quoted } from "../../../base/src/quoted.ts";
import { defaultSettings, type SlaSettings } from "../../src/settings.ts";

/** The tenant's choices. Absent fields have defaults. */
export const settings = record({
  updateRuns: oneOf(["until-answered", "between-replies", "both"]).default(defaultSettings.updateRuns),
  updateStarts: oneOf(["after-first-response", "at-opening"]).default(defaultSettings.updateStarts),
  midFlight: oneOf(["time-used", "from-start", "from-change"]).default(defaultSettings.midFlight),
  reopened: oneOf(["continue", "restart", "stays-met"]).default(defaultSettings.reopened),
  closedStates: list(id).default([...defaultSettings.closedStates]),
  mergedStates: list(id).default([...defaultSettings.mergedStates]),
})
  .transform((given, context) => attempt(() => requireApart(given), context))
  .prefault({});

/** @throws FactsFault for a state that means both solved and not solved. */
function requireApart<States extends Pick<SlaSettings, "closedStates" | "mergedStates">>(
  given: States,
): States {
  const checks = new InputChecks();
  for (const [index, state] of given.mergedStates.entries()) {
    const other = given.closedStates.indexOf(state);
    if (other < 0) continue;
    checks.refuseBeside(
      ["mergedStates", index],
      ["closedStates", other],
      (path) =>
        `expected no state that means solved; found ${quoted(state)}, which is at ${path} too: leave it out of one of them`,
    );
  }
  checks.done();
  return given;
}
