import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { list, record } from "../../../../base/cli/schemas/record.ts";
import { id, instant } from "../../../../base/cli/schemas/scalars.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { tmf642Alarms } from "../../../src/monitoring/alarms/tmf642-alarm.ts";
import { type Standing, walkAlarms } from "../../../src/monitoring/alarms/walk-alarms.ts";
import {
  alarmSettings,
  elementKind,
  plantSchema,
  pollRows,
  ruleSchema,
  windowSchema,
} from "../../schemas/monitoring/monitoring.ts";
import { printedAlarm, printedImpact, printedInstant } from "../../schemas/monitoring/printed-alarm.ts";

export const alerts = command({
  name: "alerts",
  summary:
    "the alarms from polls and samples: one per cause, with the affected devices, services and customers",
  example: {
    until: "2026-03-01T00:12:00Z",
    objects: [
      { id: "core-1", polls: [{ from: "2026-03-01T00:00:00Z", results: "..xxxxxxxxx" }] },
      {
        id: "access-1",
        parents: ["core-1"],
        polls: [{ from: "2026-03-01T00:00:20Z", results: "..xxxxxxxxx" }],
      },
    ],
    windows: [
      {
        id: "monthly",
        devices: ["core-1"],
        withChildren: true,
        when: {
          kind: "recurring",
          zone: "Europe/Paris",
          weekdays: [2],
          weeksOfMonth: [1],
          from: "02:00",
          to: "05:00",
          starts: "2026-01-01",
        },
      },
    ],
    plant: [{ id: "access-1", kind: "device" }],
    services: [{ id: "fibre-7", customer: "anna", paths: [["access-1"]] }],
    settings: { lossesBeforeDown: 3, pendingSeconds: 120 },
  },
  input: record({
    until: instant,
    objects: list(
      record({
        id,
        kind: elementKind.default("device"),
        parents: list(id).default([]),
        polls: pollRows.default([]),
      }),
    ),
    rules: list(ruleSchema).default([]),
    windows: list(windowSchema).default([]),
    plant: plantSchema.default([]),
    services: list(record({ id, customer: id, paths: list(list(id)) })).default([]),
    acknowledgements: list(record({ alarm: id, at: instant, by: id })).default([]),
    settings: alarmSettings,
  }),
  output: output({
    alarms: z.array(output({ alarm: printedAlarm, suppressed: z.int().min(0), ...printedImpact })),
    notifications: z.array(
      output({ at: printedInstant, event: z.enum(["raised", "updated", "cleared"]), alarm: z.string() }),
    ),
    objects: z.array(
      output({
        id: z.string(),
        state: z.enum(["up", "down", "unknown", "unreachable"]),
        since: printedInstant.optional(),
        flapping: z.boolean(),
        planned: z.boolean(),
        causes: z.array(z.string()),
      }),
    ),
  }),
  run({ until, settings, ...facts }) {
    const { flappingStartPercent, flappingStopPercent, evaluateEverySeconds, pendingSeconds, ...states } =
      settings;
    const flapping = { startPercent: flappingStartPercent, stopPercent: flappingStopPercent };
    const walk = walkAlarms(facts, { states, flapping, evaluateEverySeconds, pendingSeconds }, until);
    const printed = tmf642Alarms(walk.alarms, facts);
    return {
      alarms: walk.alarms.map(({ suppressed, impact }, index) => ({
        alarm: printed[index],
        suppressed: suppressed.length,
        ...impact,
      })),
      notifications: walk.notifications.map(({ at, ...rest }) => ({ at: Zone.printInstant(at), ...rest })),
      objects: walk.standings.map(printStanding),
    };
  },
});

function printStanding({ since, ...rest }: Standing) {
  return { ...rest, ...(since === undefined ? {} : { since: Zone.printInstant(since) }) };
}
